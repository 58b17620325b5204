// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.ClassArchive;
import io.kauditd.fixtures.Ports;
import io.kauditd.fixtures.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker in a process of its own, on the loopback address: the server of the same release
 * as the client, as broker and controller in one, alone or in a {@link Cluster}. It can be stopped,
 * killed, started again at the same port with what it had on its disk, and made to hang.
 */
final class Broker implements AutoCloseable {
  private static final Duration READ_SLICE = Duration.ofMillis(50);

  static final String GATED_HOST = "gated.host";

  /** Starts soon, and takes little memory. */
  private static final List<String> SMALL_JVM = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");

  /** One that was killed and is started again has to wait until its last session is over. */
  private static final Map<String, String> SOON_BACK =
      Map.of("broker.session.timeout.ms", "2500", "broker.heartbeat.interval.ms", "500");

  /** One for all tests of a JVM that need nothing special: a start takes seconds. */
  private static @Nullable Broker shared;

  private final Path dir;
  private final Map<String, String> listener;
  private final List<String> format;
  private final List<String> jvm;
  private final int port;
  private final int controllerPort;
  private final int gatedPort;
  private final int internalPort;
  private final Gate gate;
  private @Nullable Process process;
  private @Nullable Admin admin;

  private Broker(
      Path dir,
      Map<String, String> settings,
      List<String> format,
      List<String> jvm,
      int controllerPort)
      throws IOException {
    this.dir = dir;
    this.listener = settings;
    this.format = format;
    this.jvm = jvm;
    this.port = Ports.free();
    this.controllerPort = controllerPort;
    this.gatedPort = Ports.free();
    this.internalPort = Ports.free();
    this.gate = new Gate(Ports.free(), gatedPort);
  }

  /** The broker that tests share: without TLS, passwords or rules. It ends with the JVM. */
  static synchronized Broker shared() {
    Broker running = shared;
    if (running == null) {
      try {
        running = start(Files.createTempDirectory("kauditd-broker"), SOON_BACK, List.of());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      shared = running;
      Runtime.getRuntime().addShutdownHook(new Thread(running::close));
    }
    return running;
  }

  /**
   * Starts a broker of one's own.
   *
   * @param settings more settings of the server; {@code listener.protocol} is the security protocol
   *     of the clients' port, PLAINTEXT if not set; {@link #GATED_HOST} is the name by which the
   *     broker tells clients behind the gate to reach it
   * @param format more arguments for the tool that lays out the storage
   */
  static Broker start(Path dir, Map<String, String> settings, List<String> format) {
    return start(dir, settings, format, SMALL_JVM);
  }

  /** As {@link #start(Path, Map, List)}, with other options of the JVM. */
  static Broker start(
      Path dir, Map<String, String> settings, List<String> format, List<String> jvm) {
    try {
      var alone = new ArrayList<>(format);
      alone.add("--standalone");
      var broker = new Broker(dir, settings, alone, jvm, Ports.free());
      broker.prepare();
      broker.start();
      return broker;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of several, which is not started yet. */
  static Broker member(Path dir, Map<String, String> settings, List<String> jvm, int controllerPort)
      throws IOException {
    var broker = new Broker(dir, settings, List.of(), jvm, controllerPort);
    broker.prepare();
    return broker;
  }

  static List<String> smallJvm() {
    return SMALL_JVM;
  }

  private void prepare() throws IOException {
    Files.createDirectories(dir);
    writeProperties();
  }

  private void writeProperties() throws IOException {
    var all = new HashMap<String, String>();
    String protocol = listener.getOrDefault("listener.protocol", "PLAINTEXT");
    all.put("process.roles", "broker,controller");
    all.put("node.id", "1");
    all.put(
        "listeners",
        "CLIENTS://127.0.0.1:%d,GATED://127.0.0.1:%d,INTERNAL://127.0.0.1:%d,CTL://127.0.0.1:%d"
            .formatted(port, gatedPort, internalPort, controllerPort));
    all.put(
        "advertised.listeners",
        "CLIENTS://127.0.0.1:%d,GATED://%s:%d,INTERNAL://127.0.0.1:%d"
            .formatted(
                port, listener.getOrDefault(GATED_HOST, "127.0.0.1"), gate.port(), internalPort));
    all.put(
        "listener.security.protocol.map",
        "CLIENTS:" + protocol + ",GATED:PLAINTEXT,INTERNAL:PLAINTEXT,CTL:PLAINTEXT");
    all.put("inter.broker.listener.name", "INTERNAL");
    all.put("controller.listener.names", "CTL");
    all.put("controller.quorum.bootstrap.servers", "127.0.0.1:" + controllerPort);
    all.put("log.dirs", dir.resolve("data").toString());
    all.put("auto.create.topics.enable", "false");
    // One broker, and small: each of these would be three or more.
    all.put("offsets.topic.replication.factor", "1");
    all.put("offsets.topic.num.partitions", "2");
    all.put("transaction.state.log.replication.factor", "1");
    all.put("transaction.state.log.min.isr", "1");
    all.put("transaction.state.log.num.partitions", "2");
    all.put("share.coordinator.state.topic.replication.factor", "1");
    all.put("share.coordinator.state.topic.min.isr", "1");
    all.put("group.initial.rebalance.delay.ms", "0");
    all.put("group.min.session.timeout.ms", "1000"); // that of a killed member passes soon
    all.put("num.network.threads", "1");
    all.put("num.io.threads", "2");
    all.put("num.recovery.threads.per.data.dir", "1");
    all.put("background.threads", "2");
    all.put("log.cleaner.dedupe.buffer.size", "2097152");
    all.put("log.segment.bytes", "16777216");
    all.put("log.index.size.max.bytes", "65536");
    all.put("metadata.log.segment.bytes", "8388608");
    listener.forEach((name, value) -> {
      if (!name.equals("listener.protocol") && !name.equals(GATED_HOST)) {
        all.put(name, value);
      }
    });
    Files.writeString(
        properties(),
        all.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue().replace("\\", "\\\\") + "\n")
            .sorted()
            .collect(Collectors.joining()));
  }

  private Path properties() {
    return dir.resolve("server.properties");
  }

  /** Starts it, at first or again, and waits until it answers. */
  void start() {
    begin();
    awaitAnswer();
  }

  /** Starts it, and does not wait. */
  void begin() {
    try {
      process = launch();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitAnswer() {
    try {
      awaitPort();
    } catch (Exception e) {
      throw new IllegalStateException("the broker does not start: " + output(), e);
    }
  }

  private Process launch() throws IOException {
    var command = new ArrayList<String>();
    command.add(Program.java());
    command.addAll(jvm);
    command.addAll(
        List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(ClassArchive.options(Program.classPath(), BrokerProcess.class));
    command.addAll(
        List.of(BrokerProcess.class.getName(), properties().toString(), "MkU3OEVBNTcwNTJENDM2Qg"));
    command.addAll(format);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
  }

  private void awaitPort() throws Exception {
    Await.until(
        "the broker answers",
        () -> {
          if (!running().isAlive()) {
            throw new IllegalStateException("it has ended");
          }
          return isOpen() && answers();
        });
  }

  /** To make a client takes more time than a broker needs to start: only for an open port. */
  private boolean answers() {
    try (Admin asking =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                internalBootstrap(),
                "request.timeout.ms",
                500,
                "default.api.timeout.ms",
                1_000))) {
      return asking.describeCluster().nodes().get() != null;
    } catch (Exception e) {
      return false;
    }
  }

  private boolean isOpen() {
    try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private Process running() {
    return Objects.requireNonNull(process, "started");
  }

  private Path log() {
    return dir.resolve("broker.log");
  }

  /** What it has written to standard output. */
  String output() {
    try {
      return Files.exists(log()) ? Files.readString(log(), UTF_8) : "(nothing)";
    } catch (IOException e) {
      return String.valueOf(e);
    }
  }

  /** Where clients connect. */
  String bootstrap() {
    return "127.0.0.1:" + port;
  }

  /** For the tests' own clients: without TLS, passwords or rules, whatever others need. */
  String internalBootstrap() {
    return "127.0.0.1:" + internalPort;
  }

  /** The way to it through a gate that can be shut. */
  Gate gate() {
    return gate;
  }

  /** Where clients connect that go through the gate. */
  String gatedBootstrap() {
    return "127.0.0.1:" + gate.port();
  }

  /** Ends it at once, as {@code kill -9}. */
  void kill() {
    running().destroyForcibly();
    await(running());
  }

  /** Makes it hang: connections stay, and nobody answers. */
  void pause() {
    signal("STOP");
    try {
      Await.until("the broker stands still", this::isStopped);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** On a busy machine its threads run on for some moments behind the signal. */
  private boolean isStopped() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + running().pid() + "/task"))) {
      for (Path thread : threads.toList()) {
        String stat = Files.readString(thread.resolve("stat"));
        if (!stat.substring(stat.lastIndexOf(')')).startsWith(") T")) {
          return false;
        }
      }
      return true;
    }
  }

  /** Lets it go on. */
  void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      await(new ProcessBuilder("kill", "-" + name, "" + running().pid()).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(Process ended) {
    try {
      if (!ended.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError("process " + ended.pid() + " does not end");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A client that may do anything. */
  synchronized Admin admin() {
    Admin made = admin;
    if (made == null) {
      made = Admin.create(Map.of("bootstrap.servers", internalBootstrap()));
      admin = made;
    }
    return made;
  }

  /** A new topic of one partition with a name of its own. */
  String newTopic() {
    return newTopic(1, Map.of());
  }

  String newTopic(int partitions, Map<String, String> config) {
    String name = "audit-" + UUID.randomUUID();
    try {
      admin()
          .createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(config)))
          .all()
          .get();
    } catch (Exception e) {
      throw new AssertionError("topic " + name + " cannot be made: " + e, e);
    }
    return name;
  }

  void deleteTopic(String name) throws Exception {
    admin().deleteTopics(List.of(name)).all().get();
  }

  /** Makes a topic of one partition again that was deleted, which takes a moment to be gone. */
  void makeTopicAgain(String name) throws Exception {
    Await.until(
        "topic " + name + " is made again",
        () -> {
          try {
            admin().createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
            return true;
          } catch (ExecutionException e) {
            return false;
          }
        });
  }

  /** What consumers that read what was committed find in all partitions, each in its order. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    return read(topic, Map.of());
  }

  List<ConsumerRecord<byte[], byte[]>> read(String topic, Map<String, ?> more) {
    var settings = new HashMap<String, Object>(more);
    settings.put("bootstrap.servers", internalBootstrap());
    settings.put("isolation.level", "read_committed");
    awaitCommitted();
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<>(settings, bytes, new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      var all = new ArrayList<ConsumerRecord<byte[], byte[]>>();
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer.poll(READ_SLICE).forEach(all::add);
      }
      return all;
    }
  }

  /** A commit is answered before consumers can see what it committed. */
  private void awaitCommitted() {
    var committing =
        new ListTransactionsOptions().filterStates(Set.of(TransactionState.PREPARE_COMMIT));
    try {
      Await.until(() -> admin().listTransactions(committing).all().get(), Collection::isEmpty);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    Process started = process;
    gate.close();
    if (admin != null) {
      admin.close(Duration.ZERO);
    }
    if (started != null && started.isAlive()) {
      signal("CONT");
      if (ClassArchive.exists(Program.classPath(), BrokerProcess.class)) {
        started.destroyForcibly();
      } else {
        started.destroy(); // leaves an archive of its classes behind for the next one
      }
      await(started);
    }
    try (Stream<Path> files = Files.walk(dir)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      // a folder for temporary files
    }
  }
}
