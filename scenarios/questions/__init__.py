"""Questions of planners: study files, and the answers that are made of their results."""
