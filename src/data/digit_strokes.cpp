#include "data/digit_strokes.h"

namespace hourglass {
namespace {

// clang-format off
constexpr Glyph kZero[] = {
    {{{.55f, .00f}, {.34f, .08f}, {.22f, .34f}, {.21f, .65f}, {.33f, .91f}, {.52f, 1.0f}, {.70f, .89f}, {.79f, .62f},
      {.77f, .30f}, {.66f, .07f}, {.52f, .00f}}}};
constexpr Glyph kOne[] = {
    {{{.50f, .00f}, {.50f, 1.0f}}},
    {{{.32f, .23f}, {.44f, .14f}, {.54f, .00f}}, {{.54f, .00f}, {.54f, 1.0f}}},
    {{{.32f, .23f}, {.44f, .14f}, {.54f, .00f}}, {{.54f, .00f}, {.54f, 1.0f}}, {{.30f, 1.0f}, {.78f, 1.0f}}}};
constexpr Glyph kTwo[] = {
    {{{.22f, .25f}, {.30f, .07f}, {.50f, .00f}, {.70f, .09f}, {.75f, .28f}, {.64f, .52f}, {.42f, .77f}, {.20f, .98f}},
     {{.20f, .98f}, {.80f, .97f}}},
    {{{.24f, .20f}, {.36f, .03f}, {.60f, .02f}, {.73f, .20f}, {.64f, .48f}, {.44f, .78f}, {.26f, .96f}, {.16f, .90f},
      {.26f, .80f}, {.48f, .91f}, {.66f, .98f}, {.84f, .90f}}}};
constexpr Glyph kThree[] = {
    {{{.24f, .12f}, {.42f, .01f}, {.64f, .06f}, {.71f, .25f}, {.60f, .42f}, {.40f, .48f}},
     {{.40f, .48f}, {.64f, .53f}, {.77f, .72f}, {.66f, .93f}, {.42f, 1.0f}, {.20f, .88f}}},
    {{{.23f, .02f}, {.74f, .02f}},
     {{.74f, .02f}, {.44f, .41f}},
     {{.44f, .41f}, {.68f, .49f}, {.77f, .70f}, {.66f, .92f}, {.44f, 1.0f}, {.21f, .90f}}}};
constexpr Glyph kFour[] = {
    {{{.30f, .02f}, {.25f, .28f}, {.19f, .57f}}, {{.19f, .57f}, {.83f, .55f}}, {{.68f, .08f}, {.66f, .55f}, {.63f, 1.0f}}},
    {{{.62f, .00f}, {.15f, .66f}}, {{.15f, .66f}, {.87f, .66f}}, {{.62f, .00f}, {.62f, 1.0f}}}};
constexpr Glyph kFive[] = {
    {{{.74f, .02f}, {.31f, .02f}},
     {{.31f, .02f}, {.27f, .43f}},
     {{.27f, .43f}, {.48f, .35f}, {.70f, .46f}, {.77f, .68f}, {.66f, .90f}, {.44f, 1.0f}, {.21f, .90f}}}};
constexpr Glyph kSix[] = {
    {{{.66f, .00f}, {.46f, .11f}, {.30f, .34f}, {.23f, .62f}, {.30f, .88f}, {.50f, 1.0f}, {.70f, .90f}, {.77f, .73f},
      {.68f, .56f}, {.50f, .50f}, {.33f, .58f}, {.25f, .72f}}}};
constexpr Glyph kSeven[] = {
    {{{.20f, .04f}, {.79f, .02f}}, {{.79f, .02f}, {.58f, .42f}, {.43f, 1.0f}}},
    {{{.20f, .04f}, {.79f, .02f}}, {{.79f, .02f}, {.58f, .42f}, {.43f, 1.0f}}, {{.34f, .50f}, {.76f, .48f}}}};
constexpr Glyph kEight[] = {
    {{{.71f, .15f}, {.51f, .00f}, {.30f, .12f}, {.32f, .32f}, {.50f, .46f}, {.70f, .64f}, {.72f, .87f}, {.50f, 1.0f},
      {.28f, .87f}, {.30f, .66f}, {.50f, .47f}, {.68f, .33f}, {.71f, .15f}}}};
constexpr Glyph kNine[] = {
    {{{.74f, .13f}, {.56f, .00f}, {.34f, .08f}, {.25f, .28f}, {.34f, .47f}, {.54f, .50f}, {.70f, .37f}, {.75f, .13f}},
     {{.75f, .13f}, {.72f, .50f}, {.65f, 1.0f}}},
    {{{.74f, .13f}, {.56f, .00f}, {.34f, .08f}, {.25f, .28f}, {.34f, .47f}, {.54f, .50f}, {.70f, .37f}, {.75f, .13f}},
     {{.75f, .13f}, {.76f, .50f}, {.66f, .86f}, {.47f, 1.0f}, {.26f, .93f}}}};
// clang-format on

constexpr std::array<std::span<const Glyph>, 10> kGlyphs{kZero, kOne, kTwo,   kThree, kFour,
                                                         kFive, kSix, kSeven, kEight, kNine};

}  // namespace

std::span<const Glyph> digit_glyphs(int digit) { return kGlyphs[static_cast<size_t>(digit)]; }

}  // namespace hourglass
