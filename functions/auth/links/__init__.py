"""Links with which users set their passwords, and the mails that bring them."""
