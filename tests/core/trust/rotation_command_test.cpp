#include "core/trust/key_rotation.h"

#include <doctest/doctest.h>

using namespace connlog;

TEST_CASE("the command to renew the master key names the directory, and a new file where the key is a credential") {
  CHECK(rotation_command(MasterKeyForm::passphrase, "/var/lib/connlog", 3) ==
        "connlog key rotate --data-dir /var/lib/connlog");
  CHECK(rotation_command(MasterKeyForm::credential, "/var/lib/connlog", 3) ==
        "connlog key rotate --data-dir /var/lib/connlog --key-file /etc/connlog/master-key-4");
  // Pasted into a shell, a directory is one word and nothing else.
  CHECK(rotation_command(MasterKeyForm::file, "/srv/it's $(mine)", 1) ==
        "connlog key rotate --data-dir '/srv/it'\\''s $(mine)'");
}
