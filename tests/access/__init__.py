"""What a viewer may see: nothing that could give a hidden person away."""
