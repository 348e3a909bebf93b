"""What happens when time passes and nobody acts: a clock is missed, an ask that lay untouched is told to others, a pause ends."""
