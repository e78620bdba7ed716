"""Which citations go back to one origin: what suggests it, and what a person decides."""
