"""What a review holds, and the evidence that it rests on."""
