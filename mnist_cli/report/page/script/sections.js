// ---- sections: how each of them starts
// mnist_cli/report/sections.py lists them. A section's script adds its start to this table:
//
//   SECTIONS.<name> = (state, section, embedded) => { ... };
//
// `state` is what all sections look at, `section` the element on the page, `embedded` what Python
// has put into the page for it. `state.onChange` says when there is something new to show.

const SECTIONS = {};
