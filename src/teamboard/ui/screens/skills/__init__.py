"""The screens of skills."""
