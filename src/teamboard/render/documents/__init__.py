"""Reports and reviews as documents."""
