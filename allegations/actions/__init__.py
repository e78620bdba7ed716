"""What people and workers do to the evidence: each action is one transaction, and writes down who did it."""
