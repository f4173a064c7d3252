// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

// Everything can be read without this: it sorts and filters the tables, and switches the colors.
(function () {
  "use strict";

  const KEY = "azure-net-report-theme";
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

  // A browser may refuse to keep anything for a page from disk.
  function recall() {
    try {
      return window.localStorage.getItem(KEY);
    } catch (error) {
      return null;
    }
  }

  function keep(theme) {
    try {
      window.localStorage.setItem(KEY, theme);
    } catch (error) {
      // The choice lasts as long as the page is open.
    }
  }

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches;
  }

  function nameButton() {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark() ? "Switch to light colors" : "Switch to dark colors");
  }

  function setUpTheme() {
    const theme = recall();
    if (theme === "dark" || theme === "light") {
      root.dataset.theme = theme;
    }
    nameButton();
    button.hidden = false;
    button.addEventListener("click", function () {
      root.dataset.theme = isDark() ? "light" : "dark";
      keep(root.dataset.theme);
      nameButton();
    });
    prefersDark.addEventListener("change", nameButton);
  }

  function setUpTable(section) {
    const tools = section.querySelector(".tools");
    const input = tools.querySelector("input");
    const count = tools.querySelector(".count");
    const table = jQuery(section.querySelector("table")).DataTable({
      dom: "t",
      paging: false,
      order: [],
      autoWidth: false,
      language: { emptyTable: "no rows", zeroRecords: "no row has this text" },
    });

    function showCount() {
      const info = table.page.info();
      const total = info.recordsTotal;
      const rows = total === 1 ? " row" : " rows";
      count.textContent =
        info.recordsDisplay === total ? total + rows : info.recordsDisplay + " of " + total + rows;
    }

    input.addEventListener("input", function () {
      table.search(input.value).draw();
      showCount();
    });
    showCount();
    tools.hidden = false;
  }

  setUpTheme();
  jQuery.fn.dataTable.ext.errMode = "throw";
  document.querySelectorAll("section.table").forEach(setUpTable);
})();
