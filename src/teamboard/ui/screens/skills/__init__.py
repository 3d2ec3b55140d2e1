"""The screens about skills."""
