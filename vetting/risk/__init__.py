"""The risk method CIRP as plain code: graded, dated facts in, a profile that anyone can recompute out."""
