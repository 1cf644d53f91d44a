// OAuth 2.0 Form Post Response Mode: the answer is on its way as soon as the page is here. Without scripts the page has
// a button.
document.querySelector('form').submit();
