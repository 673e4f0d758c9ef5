#pragma once
// A headless Chromium, controlled through chromedriver (https://www.w3.org/TR/webdriver2).

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/program.h"

namespace hourglass {

class Browser {
 public:
  /// "" if this machine has a browser and its driver, else what is missing.
  static std::string missing();

  /// Throws std::runtime_error if it does not start.
  Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;
  ~Browser();

  /// Opens a file and waits until its page is drawn.
  void open(const std::filesystem::path& file);
  /// Runs the body of a function in the page. Returns its result as JSON.
  nlohmann::json run(const std::string& script, const nlohmann::json& arguments = nlohmann::json::array());
  /// Sets the size of the viewport in pixels and the theme, "light" or "dark".
  void set_viewport(int width, int height, const std::string& theme = "light");
  /// Writes a screenshot of the viewport.
  void screenshot(const std::filesystem::path& file);

  // Real input, in pixels of the viewport.
  void move(double x, double y);
  void press(double x, double y);
  void release(double x, double y);
  /// Presses a key by its name, "Tab", "ArrowRight".
  void key(const std::string& name);

  /// Console messages since the last call.
  nlohmann::json console();
  /// Requested addresses since the last call.
  std::vector<std::string> requests();

 private:
  nlohmann::json call(const std::string& method, const std::string& path, const nlohmann::json& body);
  nlohmann::json devtools(const std::string& command, const nlohmann::json& parameters);
  void mouse(const std::string& type, double x, double y, int buttons);

  TemporaryFolder folder_;
  std::unique_ptr<Process> driver_;
  std::string address_;  // of the driver, later of the session
};

}  // namespace hourglass
