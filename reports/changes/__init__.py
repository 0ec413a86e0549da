"""What changed between two days: facts from what was said and from histories, put in sentences that lead to them."""
