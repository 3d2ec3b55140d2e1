"""Reports and reviews as documents, and the pages of a served board."""
