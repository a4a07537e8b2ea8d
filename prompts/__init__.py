"""What we say to language models, and the phrase bank of the embedded composer."""
