#include "browser/browser_test.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace hourglass {

using nlohmann::json;
using testing::IsEmpty;

namespace {

const std::filesystem::path kScreenshots = HOURGLASS_SCREENSHOTS;

}  // namespace

void BrowserTest::SetUpTestSuite() {
  if (!Browser::missing().empty() || browser_) return;
  here_ = new Workplace;
  browser_ = new Browser;
}

void BrowserTest::TearDownTestSuite() {
  delete browser_;
  delete here_;
  browser_ = nullptr;
  here_ = nullptr;
}

void BrowserTest::SetUp() {
  if (!Browser::missing().empty()) GTEST_SKIP() << Browser::missing();
}

void BrowserTest::open_page(const std::string& file) {
  browser().set_viewport(1280, 900);
  browser().console();
  browser().requests();
  browser().open(here() / file);
}

void BrowserTest::settle() {
  browser().run("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))");
}

std::pair<double, double> BrowserTest::center_of(const std::string& selector) {
  const json place = browser().run(
      "const e = document.querySelector(arguments[0]); e.scrollIntoView({block: 'center', behavior: 'instant'});"
      "const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2];",
      {selector});
  return {place[0], place[1]};
}

void BrowserTest::expect_quiet() {
  const json console = browser().console();
  EXPECT_THAT(console, IsEmpty()) << console.dump(2);
  const std::vector<std::string> requests = browser().requests();
  ASSERT_THAT(requests, testing::Not(IsEmpty()));
  for (const std::string& address : requests)
    EXPECT_TRUE(address.starts_with("data:") || address.ends_with("/report.html")) << address;
}

void BrowserTest::expect_all_drawn() {
  const json blank = browser().run(
      "return [...document.querySelectorAll('canvas')].filter((c) => c.id !== 'decoded' && c.width && "
      "c.checkVisibility() &&"
      "  !c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v)).map((c) => c.ariaLabel);");
  EXPECT_THAT(blank, IsEmpty()) << blank.dump(2);
}

void BrowserTest::expect_all_named() {
  const json nameless = browser().run(
      "return [...document.querySelectorAll('canvas, img, button, input, select, svg[role], [role=region], "
      "[role=group]')].filter((e) => !e.ariaLabel && !e.alt && !e.textContent.trim() && !(e.labels && "
      "e.labels.length)).map((e) => e.outerHTML.slice(0, 90));");
  EXPECT_THAT(nameless, IsEmpty()) << nameless.dump(2);
}

void BrowserTest::expect_fit(const std::string& name) {
  for (const auto& [width, theme] : {std::pair{1280, "light"}, std::pair{390, "dark"}}) {
    browser().set_viewport(width, 900, theme);
    settle();
    EXPECT_LE(browser().run("return document.documentElement.scrollWidth"), width);
    browser().set_viewport(width, browser().run("return document.documentElement.scrollHeight"), theme);
    settle();
    browser().screenshot(kScreenshots / fmt::format("{}-{}-{}.png", name, width, theme));
  }
}

int BrowserTest::expect_all_reached() {
  const int controls = browser().run(
      "window.controls = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex=\"0\"]')]"
      "  .filter((e) => e.checkVisibility() && e.tabIndex >= 0); window.reached = new Set(); return controls.length");
  for (int i = 0; i < controls + 5; ++i) {
    browser().key("Tab");
    browser().run("reached.add(document.activeElement)");
  }
  const json missed =
      browser().run("return controls.filter((e) => !reached.has(e)).map((e) => e.outerHTML.slice(0, 90))");
  EXPECT_THAT(missed, IsEmpty()) << missed.dump(2);
  return controls;
}

}  // namespace hourglass
