"""The order side of a small shop: prices, payments, stock and mail."""
