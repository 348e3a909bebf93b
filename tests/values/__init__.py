"""Values made at the edge."""
