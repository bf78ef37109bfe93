import assert from 'node:assert/strict';
import { parseHosts } from '../../../server/src/core/k8s/hostText.ts';

function show(text: string): readonly string[] {
  return parseHosts(text).map(({ host, port, form, at, portAt }) => {
    assert.equal(text.slice(at, at + host.length), host);
    if (port !== undefined) assert.equal(text.slice(portAt, portAt + String(port).length), String(port));
    return `${form} ${host}${port === undefined ? '' : `:${port}`}`;
  });
}

describe('hosts in texts', () => {
  it('reads URLs wherever they stand', () => {
    assert.deepEqual(show('http://orders'), ['url orders']);
    assert.deepEqual(show('--upstream=http://orders.shop:8080/api?x=1'), ['url orders.shop:8080']);
    assert.deepEqual(show('jdbc:postgresql://user:pw@db.shop.svc:5432/orders'), ['url db.shop.svc:5432']);
    assert.deepEqual(show('mongodb://a:27017,b:27017/shop'), ['url a:27017', 'url b:27017']);
    assert.deepEqual(show('curl -s http://web:8080/ready && exec "http://api"'), ['url web:8080', 'url api']);
    assert.deepEqual(show('PLAINTEXT://kafka:9092,SSL://kafka:9093'), ['url kafka:9092', 'url kafka:9093']);
  });

  it('reads a host with a port where nothing else stands beside it', () => {
    assert.deepEqual(show('redis-cart:6379'), ['pair redis-cart:6379']);
    assert.deepEqual(show('--redis=redis:6379'), ['pair redis:6379']);
    assert.deepEqual(show('kafka-0.kafka:9092,kafka-1.kafka:9092'), [
      'pair kafka-0.kafka:9092',
      'pair kafka-1.kafka:9092',
    ]);
    assert.deepEqual(show('1@kafka-0.kafka:9093'), ['pair kafka-0.kafka:9093']);
    assert.deepEqual(show('api:8080/healthz'), ['pair api:8080']);
  });

  it('reads full names wherever they stand', () => {
    assert.deepEqual(show('user:pw@tcp(db.shop.svc.cluster.local:3306)/x'), ['pair db.shop.svc.cluster.local:3306']);
    assert.deepEqual(show('zipkin.jaeger.svc.cluster.local'), ['name zipkin.jaeger.svc.cluster.local']);
    assert.deepEqual(show('nslookup pg-0.pg.data.svc'), ['name pg-0.pg.data.svc']);
  });

  it('leaves alone what is no host, or not whole', () => {
    for (const text of [
      'redis',
      'redis:7',
      'localhost:8080',
      'http://127.0.0.1:9090/',
      '127.0.0.1:80',
      'http://$(HOST):8080',
      'http://web:$(PORT)',
      'http://web-$(ENV):80',
      'http://[::1]:80',
      'at 10:30 or later',
      '2006-01-02T15:04:05Z07:00',
      '1000:1000',
      'http[s]://[username:passwd@]host[:port]',
      'web.$(NS).svc.cluster.local',
      'nginx:1.27',
      '/data.svc/x',
    ])
      assert.deepEqual(show(text), [], text);
  });
});
