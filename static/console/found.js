/* Results are the answer to a form and are kept nowhere: Back leads to the empty field, not to the browser's error. */
"use strict";
history.replaceState(null, "", location.href);
