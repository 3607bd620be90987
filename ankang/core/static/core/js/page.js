import "./confirm.js";
import "./copy.js";
import "./failures.js";
import "./large-type.js";
import "./menu.js";
import "./print.js";
import "./read-aloud.js";
import "./upload.js";
