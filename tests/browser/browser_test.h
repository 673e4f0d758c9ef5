#pragma once
// One browser and one folder of pages for the tests of a kind of page, and what must hold for every page.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "browser/browser.h"

namespace hourglass {

class BrowserTest : public testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;

  static Browser& browser() { return *browser_; }
  static const Workplace& here() { return *here_; }

  /// Opens a page of here() on a desk; the console and the requests of pages before are forgotten.
  static void open_page(const std::string& file);
  /// Waits until the page has drawn what changed.
  static void settle();
  /// The middle of the first element that matches, in pixels of the viewport, scrolled to.
  static std::pair<double, double> middle_of(const std::string& selector);

  // Of the page that is open:
  static void expect_quiet();      ///< nothing in the console, no request but for the page
  static void expect_all_drawn();  ///< no canvas is empty
  static void expect_all_named();  ///< pictures and controls have labels
  /// No wider than a desk and a phone; the whole page goes into NAME-WIDTH-THEME.png of the screenshots.
  static void expect_fit(const std::string& name);
  static int expect_all_reached();  ///< the tabulator reaches every control; returns how many there are

 private:
  static inline Browser* browser_ = nullptr;
  static inline Workplace* here_ = nullptr;
};

}  // namespace hourglass
