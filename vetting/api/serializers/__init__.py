"""Shapes of the answers: every field is named, so that nothing becomes public by being added to a record."""
