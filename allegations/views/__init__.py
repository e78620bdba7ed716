"""Public pages about the evidence itself: letters and sources."""
