"""`onboarding doctor`: looks at the whole set-up and says what to mend."""
