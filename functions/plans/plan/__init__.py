"""What a plan is: its document, its models, when it is valid, how it is stored."""
