"""The hard cases of linking: who is easily taken for whom, told as contacts, with what may come of them."""
