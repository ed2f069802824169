// Texts that have broken other products' queries: each must come back as it went in, and change nothing else.
#pragma once

#include <string>

namespace connlog {

inline const std::string kHostileTexts[] = {
    "",
    "'",
    "\"",
    "'; DROP TABLE subject; --",
    "' OR '1'='1",
    "x' UNION SELECT password_hash FROM app_user --",
    "\\'; DELETE FROM workspace; /*",
    ":workspace",
    "?1",
    "@name $name",
    "%_%",
    "1); ATTACH DATABASE '/tmp/x' AS y; --",
    std::string("before\0after", 12),
    "line\r\nbreak",
    "\xff\xfe not UTF-8",
    "Zażółć gęślą jaźń ✓ 🦊",
    std::string(20'000, '\''),
};

}  // namespace connlog
