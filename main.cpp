// The command line's entry.

#include <cstdio>
#include <string_view>

#include "core/base/embedded.h"
#include "core/base/version.h"

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command != "version") {
    std::fputs("usage: connlog version [--sbom]\n", stderr);
    return 2;
  }
  if (argc > 2 && std::string_view(argv[2]) == "--sbom") {
    const auto sbom = connlog::embedded_sbom();
    std::fwrite(sbom.data(), 1, sbom.size(), stdout);
    return 0;
  }
  std::printf("connlog %s (%s)\n", connlog::version().data(), connlog::target().data());
  return 0;
}
