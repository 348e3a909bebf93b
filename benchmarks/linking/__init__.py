"""Linking measured on made-up people: a borough with its homes, what doors say of its people, and the count of right and wrong."""
