// Which file systems count, and which one is reported, over texts of /proc/self/mountinfo.

#include "host/disks.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

using namespace connlog;

namespace {

constexpr std::uint64_t kMib = 1024 * 1024;
constexpr std::uint64_t kGib = 1024 * kMib;

std::vector<std::string> points(const std::string& mountinfo) {
  std::vector<std::string> names;
  for (const CountedMount& mount : counted_mounts(mountinfo)) names.push_back(mount.mount_point);
  return names;
}

struct Told {
  std::string name;
  std::uint64_t used = 0, counted = 0;
};

Told fullest(const std::string& mountinfo, const std::map<std::string, DiskSpace>& spaces) {
  const auto disk = fullest_disk(counted_mounts(mountinfo), [&](const std::string& point, DiskSpace& out) {
    const auto found = spaces.find(point);
    if (found != spaces.end()) out = found->second;
    return found != spaces.end();
  });
  if (!disk) return {};
  return {disk->name, disk->space.used_bytes, disk->space.counted_bytes()};
}

using Points = std::vector<std::string>;

}  // namespace

TEST_CASE("real disks count, each part of one once; pseudo file systems, images and layers do not") {
  CHECK(points("26 1 254:0 / / rw,relatime - ext4 /dev/vda1 rw\n"
               "27 26 254:0 / /srv rw - ext4 /dev/vda1 rw\n"
               "28 26 254:16 / /data\\040disk rw shared:1 - xfs /dev/vdb rw\n"
               "30 26 0:40 / /home rw - btrfs /dev/vdc rw\n"
               "32 26 0:50 / /tank rw - zfs tank rw\n"
               "33 32 0:51 / /tank/home rw - zfs tank/home rw\n"
               "34 26 0:22 / /dev/shm rw - tmpfs tmpfs rw\n"
               "37 26 7:1 / /snap/core/1 ro - squashfs /dev/loop1 ro\n"
               "38 26 7:2 / /media/cd ro - iso9660 /dev/sr0 ro\n"
               "39 26 254:32 / /var/lib/docker/volumes/a rw - ext4 /dev/vdd rw\n"
               "40 26 254:48 / /run/media/usb rw - vfat /dev/vde rw\n"
               "41 26 0:70 / /merged rw - overlay overlay rw\n"
               "42 26 31:3 / /flash rw - ubifs ubi0:rootfs rw\n"
               "garbage\n") == Points{"/", "/data disk", "/home", "/tank", "/tank/home", "/flash"});
}

TEST_CASE("FUSE and network file systems are left out by their type, whatever their source is") {
  for (const char* type : {"fuse", "fuseblk", "fuse.sshfs", "fuse.glusterfs", "fuse3", "nfs", "nfs4", "cifs", "smb3",
                           "9p", "ceph", "virtiofs", "afs", "lustre", "ocfs2", "gfs2", "autofs", "vboxsf"}) {
    CAPTURE(type);
    CHECK(points(std::string("26 1 0:40 / /etc/pve rw - ") + type + " /dev/fuse rw\n").empty());
    CHECK(points(std::string("26 1 8:1 / /mnt rw - ") + type + " /dev/sdb1 rw\n").empty());
  }
}

TEST_CASE("a disk below a mount that may hang is not asked, because the way to it leads through that one") {
  CHECK(points("26 1 254:0 / / rw - ext4 /dev/vda1 rw\n"
               "27 26 0:40 / /mnt/pool rw - fuse.mergerfs a:b rw\n"
               "28 27 8:1 / /mnt/pool/disk rw - ext4 /dev/sda1 rw\n"
               "29 26 8:2 / /mnt/pool2 rw - ext4 /dev/sda2 rw\n") == Points{"/", "/mnt/pool2"});
}

TEST_CASE("what another mount covers is not asked: the question would go to the other") {
  // FUSE over a disk, a disk over FUSE, a directory above that is covered.
  CHECK(points("26 1 254:0 / / rw - ext4 /dev/vda1 rw\n"
               "27 26 8:1 / /mnt rw - ext4 /dev/sda1 rw\n"
               "28 27 0:40 / /mnt rw - fuse.sshfs host:/ rw\n") == Points{"/"});
  CHECK(points("26 1 254:0 / / rw - ext4 /dev/vda1 rw\n"
               "27 26 8:1 / /srv/a/b rw - ext4 /dev/sda1 rw\n"
               "28 26 0:40 / /srv/a rw - tmpfs tmpfs rw\n") == Points{"/"});
  // The root over the initial one covers nothing that is mounted on it, and an early /boot stays.
  CHECK(points("1 1 0:1 / / rw - rootfs rootfs rw\n"
               "22 27 0:21 / /sys rw - sysfs sysfs rw\n"
               "24 27 8:2 / /boot rw - ext4 /dev/sda2 rw\n"
               "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n") == Points{"/boot", "/"});
}

TEST_CASE("read-only images do not count; a read-only mount of a file system that is written elsewhere does") {
  CHECK(points("26 1 8:1 / /usr ro - ext4 /dev/sda1 ro\n"
               "27 1 8:2 / /var ro,nosuid - ext4 /dev/sda2 rw,errors=remount-ro\n") == Points{"/var"});
}

TEST_CASE("the overlay that is a container's root counts, and the host's files in it do not") {
  CHECK(points("500 400 0:90 / / rw - overlay overlay rw,lowerdir=/a\n"
               "501 500 8:1 /docker/x/hosts /etc/hosts rw - ext4 /dev/sda1 rw\n"
               "502 500 8:1 /docker/x/resolv /etc/resolv.conf rw - ext4 /dev/sda1 rw\n"
               "503 500 8:1 /volumes/v /data rw - ext4 /dev/sda1 rw\n") == Points{"/", "/data"});
}

TEST_CASE("a thousand mounts of volumes cost no thousand questions") {
  std::string many;
  for (int i = 0; i < 5'000; ++i) {
    const std::string number = std::to_string(i);
    many += std::to_string(100 + i) + " 26 8:1 /v" + number + " /volumes/" + number + " rw - ext4 /dev/sda1 rw\n";
  }
  CHECK(counted_mounts(many).size() <= 256);
}

TEST_CASE("the fullest file system is reported, and one full /var does not hide behind a large disk") {
  const std::string mounts =
      "26 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "27 26 8:2 / /var rw - ext4 /dev/sda2 rw\n"
      "28 26 8:3 / /data rw - xfs /dev/sdb1 rw\n"
      "29 26 8:4 / /boot rw - ext4 /dev/sda3 rw\n"
      "30 26 8:5 / /boot/efi rw - vfat /dev/sda4 rw\n";
  std::map<std::string, DiskSpace> spaces = {{"/", {20 * kGib, 20 * kGib}},
                                             {"/var", {9 * kGib, 1 * kGib}},
                                             {"/data", {1'000 * kGib, 9'000 * kGib}},
                                             {"/boot", {200 * kMib, 300 * kMib}},
                                             {"/boot/efi", {99 * kMib, 1 * kMib}}};
  CHECK(fullest(mounts, spaces).name == "/var");
  CHECK(fullest(mounts, spaces).used == 9 * kGib);
  spaces["/boot"] = {490 * kMib, 10 * kMib};  // smaller than 1 GiB, but nothing starts without it
  CHECK(fullest(mounts, spaces).name == "/boot");
  spaces["/boot"] = {1, 300 * kMib};
  spaces["/var"] = {1 * kGib, 1 * kGib};
  CHECK(fullest(mounts, spaces).name == "/");  // the larger one of two that are equally full
}

TEST_CASE("where all file systems are small, the fullest of them is reported; where none answers, nothing is") {
  const std::string mounts =
      "26 1 8:1 / / rw - ext4 /dev/mmcblk0p1 rw\n"
      "27 26 8:2 / /data rw - ext4 /dev/mmcblk0p2 rw\n";
  CHECK(fullest(mounts, {{"/", {100 * kMib, 100 * kMib}}, {"/data", {30 * kMib, 10 * kMib}}}).name == "/data");
  CHECK(fullest(mounts, {}).name.empty());
  CHECK(fullest(mounts, {{"/", {0, 0}}}).name.empty());
}

TEST_CASE("the data sets of a ZFS pool are one disk, and a full quota is seen apart") {
  const std::string mounts =
      "30 1 0:40 / / rw - zfs rpool/ROOT/debian rw,xattr\n"
      "31 30 0:41 / /data rw - zfs rpool/data rw,xattr\n"
      "32 30 0:42 / /backup rw - zfs backup rw,xattr\n"
      "33 30 0:41 / /data/.zfs/snapshot/daily ro - zfs rpool/data@daily ro\n";
  std::map<std::string, DiskSpace> spaces = {
      {"/", {10 * kGib, 100 * kGib}}, {"/data", {1'800 * kGib, 100 * kGib}}, {"/backup", {10 * kGib, 10 * kGib}}};
  Told told = fullest(mounts, spaces);
  CHECK(told.name == "pool rpool");
  CHECK(told.used == 1'810 * kGib);
  CHECK(told.counted == 1'910 * kGib);
  // /data has a quota, and 1 GiB of it is left; the pool has more.
  spaces["/"] = {10 * kGib, 5'000 * kGib};
  spaces["/data"] = {99 * kGib, 1 * kGib};
  told = fullest(mounts, spaces);
  CHECK(told.name == "/data");
  CHECK(told.counted == 100 * kGib);
}

TEST_CASE("subvolumes of a btrfs file system with several devices are one disk, as full as each of them says") {
  const std::string mounts =
      "30 1 0:40 /@ / rw - btrfs /dev/sda rw,subvol=/@\n"
      "31 30 0:41 /@home /home rw - btrfs /dev/sda rw,subvol=/@home\n"
      "32 30 0:42 /@var /var rw - btrfs /dev/sdb rw,subvol=/@var\n";
  const DiskSpace shared{300 * kGib, 100 * kGib};
  const Told told = fullest(mounts, {{"/", shared}, {"/home", shared}, {"/var", shared}});
  CHECK(told.used == 300 * kGib);
  CHECK(told.counted == 400 * kGib);
}

TEST_CASE("volumes of a thin pool are not added up, and a project quota below a bind mount is seen") {
  const std::string mounts =
      "30 1 253:1 / / rw - ext4 /dev/mapper/vg-root rw\n"
      "31 30 253:2 / /srv rw - xfs /dev/mapper/vg-srv rw\n"
      "32 30 253:2 /projects/a /home/a rw - xfs /dev/mapper/vg-srv rw,prjquota\n";
  const Told told = fullest(
      mounts, {{"/", {10 * kGib, 90 * kGib}}, {"/srv", {100 * kGib, 900 * kGib}}, {"/home/a", {19 * kGib, 1 * kGib}}});
  CHECK(told.name == "/home/a");
  CHECK(told.counted == 20 * kGib);
}
