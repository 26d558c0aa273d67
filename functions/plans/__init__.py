"""Plans: benefit plans with their cost shares and linked services, ETags, and the history of every change."""
