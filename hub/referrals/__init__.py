"""The loop: a referral is seen, accepted, declined, overridden, handed on, withdrawn or done. One command a file."""
