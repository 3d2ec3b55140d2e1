"""The private content of reviews, the period that each is about, and the evidence for them."""
