"""The private content of reviews, and the evidence for them."""
