/**
 * The page works without this file; here it only becomes quicker.
 * Each module finds its elements by data attributes and has an `init()`.
 */
import "htmx.org";
import * as board from "./board";
import * as builder from "./builder";
import * as fields from "./fields";
import * as forms from "./forms";
import * as here from "./here";
import * as inline from "./inline";
import * as lists from "./lists";

import * as rowset from "./rowset";
import * as worktime from "./worktime";

function start(): void {
  for (const module of [board, fields, forms, here, inline, lists, builder, rowset, worktime]) module.init();
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
