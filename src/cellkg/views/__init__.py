"""What a page, an API answer or a tool shows of a study, product, condition or endpoint: typed, with every source."""
