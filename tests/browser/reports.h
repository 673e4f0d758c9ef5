#pragma once
// A fixture with pages of runs of several kinds.

#include <string>

#include "browser/browser_test.h"

namespace hourglass {

/// Runs of several kinds, each trained once.
class Reports : public BrowserTest {
 protected:
  /// Opens the report of a run of this kind. Trains the run if it does not exist yet.
  static void open(const std::string& kind);
  static void open_tab(const std::string& name);
  /// RGBA bytes of the decoded picture.
  static nlohmann::json decoded_picture();
};

}  // namespace hourglass
