"use strict";
(function () {
  var table = document.getElementById("rows");
  var body = table.tBodies[0];
  var status = document.getElementById("shown");
  var filter = document.getElementById("filter");
  function sort(th) {
    var column = Array.prototype.indexOf.call(th.parentNode.children, th);
    var down = th.getAttribute("aria-sort") === "descending";
    Array.prototype.forEach.call(th.parentNode.children, function (other) { other.removeAttribute("aria-sort"); });
    th.setAttribute("aria-sort", down ? "ascending" : "descending");
    var rows = Array.prototype.slice.call(body.rows);
    var numeric = th.classList.contains("number");
    function key(row) {
      var cell = row.cells[column];
      if (!numeric) { return cell.textContent.trim().toLowerCase(); }
      var raw = cell.getAttribute("data-value");
      return raw === null || raw === "" ? -1 : parseFloat(raw);
    }
    rows.sort(function (a, b) {
      var x = key(a), y = key(b);
      var order = x < y ? -1 : x > y ? 1 : 0;
      return down ? order : -order;
    });
    rows.forEach(function (row) { body.appendChild(row); });
  }
  Array.prototype.forEach.call(table.querySelectorAll("th button"), function (button) {
    button.addEventListener("click", function () { sort(button.parentNode); });
  });
  filter.addEventListener("input", function () {
    var words = filter.value.trim().toLowerCase();
    var count = 0;
    Array.prototype.forEach.call(body.rows, function (row) {
      row.hidden = row.textContent.toLowerCase().indexOf(words) < 0;
      count += row.hidden ? 0 : 1;
    });
    status.textContent = count + " of " + body.rows.length + " rows shown";
  });
  window.addEventListener("beforeprint", function () {
    Array.prototype.forEach.call(document.querySelectorAll("details"), function (d) { d.open = true; });
  });
})();
