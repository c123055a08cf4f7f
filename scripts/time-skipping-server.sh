#!/bin/sh
# Fetches Temporal's time-skipping test server (Java) once per user and prints the path of a program that runs it:
#
#   scripts/time-skipping-server.sh     prints <cache>/temporal-test-server-<version>/temporal-test-server
#   <that program> <port> [<epoch ms>]  serves on that port; its time begins there, or now
#
# It needs java (17 or newer) always; javac, mvn and Maven Central the first time. OMS_CACHE_DIR moves the cache.
set -eu

version=1.38.0
folder="${OMS_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/durable-oms}/temporal-test-server-$version"
program="$folder/temporal-test-server"

fail() {
  echo "time-skipping-server.sh: $*" >&2
  exit 1
}

command -v java >/dev/null 2>&1 ||
  fail "java is missing: install Java 17 or newer (Debian: apt-get install openjdk-17-jre-headless) and put it on PATH"

if [ ! -x "$program" ]; then
  command -v mvn >/dev/null 2>&1 ||
    fail "mvn is missing and the server is not in $folder yet: install Maven (Debian: apt-get install maven)"
  command -v javac >/dev/null 2>&1 ||
    fail "javac is missing: install a Java development kit, 17 or newer (Debian: apt-get install openjdk-17-jdk-headless)"
  mkdir -p "$(dirname "$folder")"
  # Built aside and moved in whole, so that a second process never finds half a server.
  fresh=$(mktemp -d -p "$(dirname "$folder")")
  trap 'rm -rf "$fresh"' EXIT
  cat >"$fresh/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>durable-oms</groupId>
  <artifactId>time-skipping-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>$version</version>
    </dependency>
    <!-- Takes the server's log lines; without it every start prints a warning. -->
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
POM
  mvn -q -B -f "$fresh/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$fresh/jars" >&2 ||
    fail "Maven could not fetch io.temporal:temporal-test-server:$version: see its output above"
  # The server's own main class always begins now; the dates of a test are fixed, so that it holds in any year.
  cat >"$fresh/StartedAt.java" <<'JAVA'
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.temporal.internal.testservice.GRPCServerHelper;
import io.temporal.internal.testservice.TestServicesStarter;

public class StartedAt {
  public static void main(String[] args) throws Exception {
    // 0 means now; skipping is locked until a client unlocks it.
    var services = new TestServicesStarter(true, args.length > 1 ? Long.parseLong(args[1]) : 0).getServices();
    var builder = Grpc.newServerBuilderForPort(Integer.parseInt(args[0]), InsecureServerCredentials.create());
    GRPCServerHelper.registerServicesAndHealthChecks(services, builder);
    builder.build().start().awaitTermination();
  }
}
JAVA
  javac -cp "$fresh/jars/*" -d "$fresh/jars" "$fresh/StartedAt.java" >&2 || fail "javac could not compile the server's start"
  cat >"$fresh/temporal-test-server" <<'PROGRAM'
#!/bin/sh
here=$(dirname "$0")
exec java -Xmx256m -cp "$here/jars:$here/jars/*" StartedAt "$@"
PROGRAM
  chmod 755 "$fresh" "$fresh/temporal-test-server"
  mv "$fresh" "$folder" 2>/dev/null || [ -x "$program" ] || fail "$folder cannot be written"
fi
echo "$program"
