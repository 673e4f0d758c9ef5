#pragma once
// A fixture with one browser and one folder of pages, and checks that apply to every page.

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

  /// Opens a page of here() in a desktop viewport, and clears the console and the requests of previous pages.
  static void open_page(const std::string& file);
  /// Waits until the page has drawn its changes.
  static void settle();
  /// Scrolls to the first matching element. Returns its center in pixels of the viewport.
  static std::pair<double, double> center_of(const std::string& selector);

  // Checks of the open page:
  static void expect_quiet();      ///< nothing in the console, no request except for the page
  static void expect_all_drawn();  ///< no canvas is empty
  static void expect_all_named();  ///< pictures and controls have labels
  /// Fits the width of a desktop and a phone. Writes screenshots of the whole page to NAME-WIDTH-THEME.png.
  static void expect_fit(const std::string& name);
  static int expect_all_reached();  ///< Tab reaches every control; returns the number of controls

 private:
  static inline Browser* browser_ = nullptr;
  static inline Workplace* here_ = nullptr;
};

/// Names a parameterized test by its kind of page.
inline std::string kind_name(const testing::TestParamInfo<std::string>& kind) { return kind.param; }

}  // namespace hourglass
