"""What is kept between runs: the facts of modules, and whole reports."""
