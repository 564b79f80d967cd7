"use strict";
(function () {
  var language = document.documentElement.lang;
  var digits = new Intl.NumberFormat(language === "ar" ? "ar-u-nu-arab" : language, { useGrouping: false });

  function each(list, act) { Array.prototype.forEach.call(list, act); }

  function key(cell, numeric) {
    if (!numeric) { return cell.textContent.trim().toLowerCase(); }
    var raw = cell.getAttribute("data-value");
    return raw === "" ? -1 : parseFloat(raw);
  }

  function sort(body, th) {
    var column = Array.prototype.indexOf.call(th.parentNode.children, th);
    var numeric = th.classList.contains("number");
    var before = th.getAttribute("aria-sort");
    // numbers begin with the largest, words with A
    var down = before ? before === "ascending" : numeric;
    each(th.parentNode.children, function (other) { other.removeAttribute("aria-sort"); });
    th.setAttribute("aria-sort", down ? "descending" : "ascending");
    var rows = Array.prototype.slice.call(body.rows);
    rows.sort(function (a, b) {
      var x = key(a.cells[column], numeric), y = key(b.cells[column], numeric);
      var order = numeric ? x - y : x.localeCompare(y, language);
      return down ? -order : order;
    });
    rows.forEach(function (row) { body.appendChild(row); });
  }

  each(document.querySelectorAll("[data-table]"), function (section) {
    var body = section.querySelector("tbody");
    var status = section.querySelector("[role=status]");
    var filter = section.querySelector("input");
    each(section.querySelectorAll("thead button"), function (button) {
      button.addEventListener("click", function () { sort(body, button.parentNode); });
    });
    filter.addEventListener("input", function () {
      var words = filter.value.trim().toLowerCase();
      var count = 0;
      each(body.rows, function (row) {
        row.hidden = row.textContent.toLowerCase().indexOf(words) < 0;
        count += row.hidden ? 0 : 1;
      });
      status.textContent = status.getAttribute("data-text")
        .replace("{shown}", digits.format(count)).replace("{number}", digits.format(body.rows.length));
    });
  });

  // a link to a country opens its section
  function open() {
    var target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", open);
  open();

  window.addEventListener("beforeprint", function () {
    each(document.querySelectorAll("details"), function (section) { section.open = true; });
  });
})();
