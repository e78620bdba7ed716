"""Dossiers: all that was published about an election on one day, frozen as files that anyone can check."""
