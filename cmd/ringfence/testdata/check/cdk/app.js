const { App, Stack, Stage, NestedStack, Tags, PermissionsBoundary, aws_iam: iam, aws_lambda: lambda } = require('aws-cdk-lib');
class Service extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    new lambda.Function(this, 'Api', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {}') });
    const user = new iam.User(this, 'Robot', { userName: 'robot' });
    const inner = new NestedStack(this, 'Jobs');
    new iam.Role(inner, 'Worker', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'), roleName: 'worker', path: '/app/' });
  }
}
const app = new App({ outdir: process.argv[2], analyticsReporting: false, postCliContext: { 'aws:cdk:enable-path-metadata': true } });
const bounded = new Service(app, 'Bounded', { env: { account: '123456789012', region: 'eu-west-1' }, tags: { team: 'carts' }, permissionsBoundary: PermissionsBoundary.fromName('team-boundary') });
const open = new Service(app, 'Open', { tags: { team: 'search' } });
const stage = new Stage(app, 'Prod', { env: { account: '123456789012', region: 'eu-west-1' } });
new iam.Role(new Stack(stage, 'Edge'), 'Edge', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'), roleName: 'ci-edge' });
app.synth();
