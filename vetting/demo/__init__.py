"""The whole house on one machine, for trying it out."""
