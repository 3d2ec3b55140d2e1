"""The screens about reviews."""
