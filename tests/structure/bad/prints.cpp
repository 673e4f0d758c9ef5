// Calls that the library must not make. A test checks that they are found.
#include <cstdio>
#include <cstdlib>
#include <iostream>

void print_and_end(int status) {
  char text[16];
  std::snprintf(text, sizeof text, "%d", status);
  std::cout << text;
  std::puts(text);
  std::fputc('\n', stderr);
  if (status) std::exit(status);
  std::abort();
}
