"""Decides: what is accepted, who people are, which team is asked, what may be seen; and the doors people use."""
