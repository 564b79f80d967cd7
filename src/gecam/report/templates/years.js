"use strict";
(function () {
  var language = document.documentElement.lang;
  var digits = new Intl.NumberFormat(language === "ar" ? "ar-u-nu-arab" : language, { useGrouping: false });
  var year = document.getElementById("year");
  var picked = { places: document.getElementById("place"), origins: document.getElementById("origin") };
  var status = document.querySelector("[role=status]");

  function show() {
    var count = 0;
    Array.prototype.forEach.call(document.querySelectorAll("main tbody tr"), function (row) {
      var choice = picked[row.closest("table").id.replace("rows-", "")];
      var is = (!year.value || row.getAttribute("data-year") === year.value)
        && (!choice || !choice.value || row.getAttribute("data-code") === choice.value);
      row.hidden = !is;
      count += is ? 1 : 0;
    });
    status.textContent = status.getAttribute("data-text").replace("{shown}", digits.format(count));
  }

  [year, picked.places, picked.origins].forEach(function (list) { list.addEventListener("change", show); });
  document.getElementById("picker").hidden = false;
  show();
})();
