// Made from `client/main.ts` by `pnpm run assets`; do not edit.
// biome-ignore-all format: it is one text
// biome-ignore-all lint: it is one text
import type { Asset } from './asset.ts';

/** Holds what was made from `client/main.ts`. */
export const pageScript: Asset = {
  name: 'page-d4c0547ed3.js',
  body: `var z={overview:"Overview",jobs:"Jobs",job:"Job",failures:"Failures",schedules:"Schedules",workers:"Workers",metrics:"Metrics"};function ze(e){if(e.page==="job")return\`\${e.data.name} \${e.data.id} · Jobs\`;let t=e.page==="overview"?e.data.health.problems:[];return\`\${t.length>0?\`(\${t.length}) \`:""}\${z[e.page]} · Jobs\`}var k,et,jo,M,Ve,le,tt,ie,ot,Pe,De,Ro,X=Symbol.for("pv"),de={},ue=[],Oo=/^m(i|n|o|s|text|space)$/,je=Array.isArray,Re=ue.slice,Q=Object.assign;function W(e){e&&e.parentNode&&e.remove()}function nt(e,t,o){var n,i,r,a={},s=arguments.length;for(r in t)r=="key"?n=t[r]:r=="ref"&&typeof e!="function"?i=t[r]:a[r]=t[r];return s>2&&(a.children=s>3?Re.call(arguments,2):o),Y(e,a,n,i,null)}function Y(e,t,o,n,i){var r={type:e,props:t,key:o,ref:n,__k:null,__:null,__b:0,__e:null,__c:null,constructor:X,__v:i||++et,__i:-1,__u:0};return!i&&k.vnode&&k.vnode(r),r}function ee(e){return e.children}function ae(e,t){this.props=e,this.context=t,this.__g=0}function J(e,t){if(t==null)return e.__&&J(e.__,e.__i+1);for(var o;t<e.__k.length;t++)if((o=e.__k[t])&&o.__e)return o.__e;return typeof e.type!="function"||e.props.__P?null:J(e)}function Eo(e){var t,o=e.__v,n=o.__e,i=[],r=[],a=e.__P;a&&((t=Q({constructor:X},o)).__v=o.__v+1,k.vnode&&k.vnode(t),Oe(a,t,o,e.__n,a.namespaceURI,32&o.__u?[n]:null,i,n||J(o),32&o.__u,r),t.__v=o.__v,t.__.__k[t.__i]=t,dt(i,t,r),o.__=o.__e=null,t.__e!=n&&rt(t))}function rt(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),rt(e)}function Ye(e){(8&e.__g||(e.__g|=8,M.push(e),le++))&&Ve==k.debounceRendering||((Ve=k.debounceRendering)||queueMicrotask)(it)}function it(){try{for(var e,t=1;M.length;)M.length>t&&M.sort(tt),e=M.shift(),t=M.length,8&e.__g&&Eo(e)}finally{(le=M.length)&&(Ve||queueMicrotask)(it)}}function at(e,t,o,n,i,r,a,s,d,m,c){var g,p,u,b,T,_,v=n.__k||ue,$=t.length;for(d=Mo(o,t,v,d,$),g=0;g<$;g++)(u=o.__k[g])!=null&&(p=~u.__i&&v[u.__i]||de,u.__i=g,_=Oe(e,u,p,i,r,a,s,d,m,c),b=u.__e,(p.ref!=u.ref||8&p.__u)&&(p.ref&&Ee(p.ref,null,u,p),u.ref&&c.push(u.ref,u.__c||b,u)),T=T||b,4&u.__u?(d=st(u,d,e,!p.__v),p.__e&&(p.__e=null)):typeof u.type=="function"&&_!==void 0?d=_:b&&(d=b.nextSibling),u.__u&=-21);return o.__e=T,d}function Mo(e,t,o,n,i){var r,a,s,d,m,c,g,p,u,b=o.length,T=b,_=0,v=0,$=e.__k=Array(i);for(r=0;r<i;r++)(a=t[r])!=null&&typeof a!="boolean"&&typeof a!="function"?(typeof a!="object"||a.constructor===String?a=$[r]=Y(null,a):je(a)?a=$[r]=Y(ee,{children:a}):a.constructor===X&&a.__b?a=$[r]=Y(a.type,a.props,a.key,a.ref,a.__v):$[r]=a,d=r+_,a.__=e,a.__b=e.__b+1,s=null,~(m=a.__i=Jo(a,o,d,T))&&(T--,(s=o[m])&&(s.__u|=2)),s&&s.__v?(a.__u|=16,m==d-1?_--:m==d+1?_++:m!=d&&(m>d?_--:_++,v=1)):(~m||(i>b?_--:i<b&&_++),typeof a.type!="function"&&(a.__u|=4))):$[r]=null;if(v){for(c=[],g=[],r=0;r<i;r++)if((a=$[r])&&16&a.__u){for(_=0,p=c.length;_<p;)c[u=_+p>>1]<a.__i?_=u+1:p=u;c[_]=a.__i,g[r]=_+1}for(_=c.length;r--;)g[r]&&(g[r]==_?_--:$[r].__u|=4)}if(T)for(r=0;r<b;r++)!(s=o[r])||2&s.__u||(s.__e==n&&(n=J(s)),Me(s,s));return n}function st(e,t,o,n){var i,r,a,s;if(typeof e.type=="function"){if(e.props.__P)return t;if(i=e.__k)for(r=0;r<i.length;r++)i[r]&&(i[r].__=e,t=st(i[r],t,o,!1));return t}for(t&&!t.parentNode&&(t=J(e))&&!t.parentNode&&(t=null),a=e.__e,s=t;s&&s.nodeType==8;)s=s.nextSibling;for(a!=s&&(!n&&o.moveBefore&&a.parentNode?o.moveBefore(a,t):o.insertBefore(a,t||null)),t=a;(t=t&&t.nextSibling)&&t.nodeType==8&&!t.data.startsWith("$s"););return t}function Jo(e,t,o,n){var i,r=e.key,a=e.type,s=t[o],d=s&&!(2&s.__u);if(s===null&&r==null||d&&r==s.key&&a==s.type)return o;if(n>(d?1:0)){for(i=o-1;i>=0;i--)if((s=t[i])&&!(2&s.__u)&&r==s.key&&a==s.type)return i;for(i=o+1;i<t.length;i++)if((s=t[i])&&!(2&s.__u)&&r==s.key&&a==s.type)return i}return-1}function Xe(e,t,o){o==null&&(o=""),t[0]=="-"?e.setProperty(t,o):e[t]=o}function re(e,t,o,n,i){var r,a;if(t=="style")if(typeof o=="string")e.style.cssText=o;else{if(typeof n=="string"&&(e.style.cssText=n=""),n)for(t in n)o&&t in o||Xe(e.style,t);if(o)for(t in o)n&&o[t]==n[t]||Xe(e.style,t,o[t])}else if(t[0]=="o"&&t[1]=="n")typeof o!="function"&&(o=null),typeof n!="function"&&(n=null),(e.__e||(e.__e={}))[t]=o,o&&n||(a=De[t]||(De[t]=qo(t)),(e.__a||(e.__a={}))[t]=Pe,r=t!=(t=t.replace(ot,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),o?e.addEventListener(t,a,r):e.removeEventListener(t,a,r));else{if(i=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="colSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=o??"")}catch{}if(typeof o=="function")return;o==null||o===!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&o==1?"":o)}}function qo(e){return function(t){var o=this.__e;if(o){if(o=o[e],t[ie]==null)t[ie]=Pe++;else if(t[ie]<this.__a[e])return;return o(k.event?k.event(t):t)}}}function Oe(e,t,o,n,i,r,a,s,d,m){var c,g,p,u,b,T,_,v,$,S,x,Ne,Ke,ne,B,Ze,E,I,O=t.type;if(t.constructor!==X)return null;128&o.__u&&(d=32&o.__u,c=o.__c.__z)&&(t.__u|=d,g=r=[],c.nodeType==8?s=se(c,r):r.push(c),s=r[0]||s),(c=k.__b)&&c(t);e:if(typeof O=="function"){p=a.length;try{if(v=t.props,$=(c=O.prototype)&&c.render,S=(c=O.contextType)&&n[c.__c],x=c?S?S.props.value:c.__:n,(u=o.__c)?(t.__c=u,2&u.__g&&(u.__g|=1)):($?t.__c=u=new O(v,x):(t.__c=u=new ae(v,x),u.constructor=O,u.render=Lo),S&&S.sub(u),u.state||(u.state={}),u.__n=n,u.__g|=8,u.__h=[],u.__k=[]),$&&(u.__s||(u.__s=u.state),O.getDerivedStateFromProps&&(u.__s==u.state&&(u.__s=Q({},u.__s)),Q(u.__s,O.getDerivedStateFromProps(v,u.__s)))),b=u.props,T=u.state,u.__v=t,o.__c){if(v!==b&&$&&!O.getDerivedStateFromProps&&u.componentWillReceiveProps&&u.componentWillReceiveProps(v,x),t.__v==o.__v&&!(8&u.__g)||!(4&u.__g)&&u.shouldComponentUpdate&&u.shouldComponentUpdate(v,u.__s,x)===!1){t.__v!=o.__v&&(u.props=v,u.state=u.__s,u.__g&=-9),t.__e=o.__e,t.__k=o.__k,t.__k.some(function(D){D&&(D.__=t)}),ue.push.apply(u.__h,u.__k),u.__k=[],u.__h.length&&a.push(u),s=J(o);break e}u.componentWillUpdate&&u.componentWillUpdate(v,u.__s,x),$&&u.componentDidUpdate&&u.__h.push(function(){u.componentDidUpdate(b,T,_)})}else $&&!O.getDerivedStateFromProps&&u.componentWillMount&&u.componentWillMount(),$&&u.componentDidMount&&u.__h.push(u.componentDidMount);u.context=x,u.props=v,u.__P=e,u.__g&=-5,Ne=k.__r,Ke=$?25:0;do u.__g&=-9,Ne&&Ne(t),c=u.render(u.props,u.state=u.__s,u.context);while(8&u.__g&&++Ke<25);$&&(ue.push.apply(u.__h,u.__k),u.__k=[]),u.state=u.__s,u.getChildContext&&(n=Q({},n,u.getChildContext())),$&&o.__c&&u.getSnapshotBeforeUpdate&&(_=u.getSnapshotBeforeUpdate(b,T)),ne=c&&c.type===ee&&c.key==null?c.props.children:c,v.__P&&(c=s,i=(e=v.__P).namespaceURI,d=r=null,o.props&&o.props.__P!=e&&(o.__k.some(function(D){D&&Me(D,D)}),o.__k=null),s=o.__k?J(o,0):null),s=at(e,je(ne)?ne:[ne],t,o,n,i,r,a,s,d,m),v.__P&&(t.__e=null,s=c),t.__u&=-161,g&&g.some(W),u.__h.length&&a.push(u),1&u.__g&&(u.__g&=-4)}catch(D){if(a.length=p,t.__v=null,d||r)if(D&&D.then){if(t.__u|=128|d,r){for(~(E=r.indexOf(s||void 0))||(E=r.length);(I=r[E-1])&&I.nodeType==8;)E--;for(;E<r.length;E++)if(I=r[E])if(r[E]=null,B){if(I==Ze)break}else{if(I.nodeType!=8)break;I.data.startsWith("$s")&&(Ze=se(B=I))}}if(!B){for(;s&&s.nodeType==8&&s.nextSibling;)s=s.nextSibling;B=s}(c=se(B=t.__c.__z||(t.__c.__z=B)))?(t.__e=B,s=c):t.__e=s,s=s&&s.nextSibling}else r&&r.some(W);else t.__e=o.__e;t.__k||(t.__k=o.__k||[]),D&&D.then||lt(t),k.__e(D,t,o)}}else s=t.__e=Ao(o.__e,t,o,n,i,r,a,d,m,e);return(c=k.diffed)&&c(t),s}function se(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var o=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith("$s"))o++;else if(e.data.startsWith("/$s")&&!--o)return e}t&&t.push(e)}}function lt(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(lt))}function dt(e,t,o){for(var n=0;n<o.length;)Ee(o[n++],o[n++],o[n++]);k.__c&&k.__c(t,e),e.some(function(i){try{e=i.__h,i.__h=[],e.some(function(r){r.call(i)})}catch(r){k.__e(r,i.__v)}})}function Ao(e,t,o,n,i,r,a,s,d,m){var c,g,p,u,b,T,_,v,$=o.props||de,S=t.props,x=t.type;if(x=="svg"?i="http://www.w3.org/2000/svg":x=="math"?i="http://www.w3.org/1998/Math/MathML":i||(i="http://www.w3.org/1999/xhtml"),r){for(c=0;c<r.length;c++)if((b=r[c])&&(x?b.localName==x:b.nodeType==3)){e=b,r[c]=null;break}}if(!e){if(v=m.ownerDocument||document,!x)return v.createTextNode(S);e=v.createElementNS(i,x,S.is?S:m),s&&(k.__m&&k.__m(t,r),s=!1),r=null}if(x){if(m=x=="template"&&e.content||e,r=x=="textarea"&&S.defaultValue!=null?null:r&&Re.call(m.childNodes),!s&&r)for($={},c=0;c<e.attributes.length;c++)$[(b=e.attributes[c]).name]=b.value;for(c in $)b=$[c],c=="dangerouslySetInnerHTML"?p=b:c=="children"||c in S||c=="value"&&"defaultValue"in S||c=="checked"&&"defaultChecked"in S||re(e,c,null,b,i);for(c in S)b=S[c],c=="children"?u=b:c=="dangerouslySetInnerHTML"?g=b:c=="value"?T=b:c=="checked"?_=b:s&&typeof b!="function"||$[c]===b||re(e,c,b,$[c],i);g?(s||p&&(g.__html==p.__html||g.__html==e.innerHTML)||(e.innerHTML=g.__html),t.__k=[]):(p&&(e.textContent=""),(x=="foreignObject"||i=="http://www.w3.org/1998/Math/MathML"&&Oo.test(x))&&(i="http://www.w3.org/1999/xhtml"),at(m,je(u)?u:[u],t,o,n,i,r,a,r?r[0]:o.__k&&J(o,0),s,d),r&&r.some(W)),s&&x!="textarea"||(c="value",x=="progress"&&T==null?e.removeAttribute(c):T==null||T===e[c]&&(x!="progress"||T)||re(e,c,T,$[c],i),c="checked",_!=null&&_!=e[c]&&re(e,c,_,$[c],i))}else $===S||s&&e.data==S||(e.data=S);return e}function Ee(e,t,o,n){try{typeof e=="function"?t?t.__x=e(t)||1:n&&(n=n.__c||n.__e)&&(t=n.__x)&&(n.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(i){k.__e(i,o)}}function Me(e,t,o){var n,i,r,a;if(k.unmount&&k.unmount(e),!(n=e.ref)||n.current&&n.current!=e.__e||Ee(n,null,t,e),n=e.__c){if(n.componentWillUnmount)try{n.componentWillUnmount()}catch(s){k.__e(s,t)}n.__P=n.__n=null}if(n=e.__k)for(a=0;a<n.length;a++)n[a]&&Me(n[a],t,typeof e.type!="function"||o&&!e.props.__P);!o&&(n=e.__c)&&(n=n.__z)&&(i=se(n,r=[]))&&(n==e.__e&&r.some(W),W(i),W(n)),o||W(e.__e),e.__e=e.__c=e.__=null}function Lo(e,t,o){return this.constructor(e,o)}function Je(e,t){var o,n,i,r;k.__&&k.__(e,t),t.nodeType==9&&(t=t.documentElement),n=(o=e&&32&e.__u)?null:t.__k,t.__k=Y(ee,{children:[e]}),i=[],r=[],Oe(t,t.__k,n||de,de,t.namespaceURI,n?null:t.firstChild?Re.call(t.childNodes):null,i,n?n.__e:t.firstChild,o,r),dt(i,t.__k,r),t.__k.props.children=null}function ut(e,t){e&&typeof e=="object"&&(e.__u|=32),Je(e,t)}k={__e:function(e,t,o,n){for(var i,r,a;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((a=(r=i.constructor)&&r.getDerivedStateFromError)&&i.setState(r.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,n||{}),a=1),a&&8&i.__g)return void(i.__g|=2)}catch(s){e=s}}throw le=0,e}},et=0,jo=function(e){return e!=null&&e.constructor===X},ae.prototype.setState=function(e,t){var o=this.__s;o&&o!=this.state||(o=this.__s=Q({},this.state)),typeof e=="function"&&(e=e(Q({},o),this.props)),e&&(Q(o,e),this.__v&&(t&&this.__k.push(t),Ye(this)))},ae.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),Ye(this))},ae.prototype.render=ee,M=[],le=0,tt=function(e,t){return e.__v.__b-t.__v.__b},ie=Symbol(),ot=/(PointerCapture)$|Capture$/i,Pe=0,De={},Ro=0;function ct({data:e}){return"away"in e?e.away.length:0}function f(e){return String(Math.round(e)).replace(/\\B(?=(\\d{3})+$)/g,",")}function ce(e){let t=e*100,o=t>0&&t<10?1:0;return\`\${Number(t.toFixed(o))} %\`}function j(e){return e>=100?f(e):String(Number(e.toFixed(1)))}function C(e,t,o=\`\${t}s\`){return\`\${f(e)} \${e===1?t:o}\`}var pt=function(e,t,o,n){var i;t[0]=0;for(var r=1;r<t.length;r++){var a=t[r++],s=t[r]?(t[0]|=a?1:2,o[t[r++]]):t[++r];a===3?n[0]=s:a===4?n[1]=Object.assign(n[1]||{},s):a===5?(n[1]=n[1]||{})[t[++r]]=s:a===6?n[1][t[++r]]+=s+"":a?(i=e.apply(s,pt(e,s,o,["",null])),n.push(i),s[0]?t[0]|=2:(t[r-2]=0,t[r]=i)):n.push(s)}return n},mt=new Map;function ft(e){var t=mt.get(this);return t||(t=new Map,mt.set(this,t)),(t=pt(this,t.get(e)||(t.set(e,t=(function(o){for(var n,i,r=1,a="",s="",d=[0],m=function(p){r===1&&(p||(a=a.replace(/^\\s*\\n\\s*|\\s*\\n\\s*$/g,"")))?d.push(0,p,a):r===3&&(p||a)?(d.push(3,p,a),r=2):r===2&&a==="..."&&p?d.push(4,p,0):r===2&&a&&!p?d.push(5,0,!0,a):r>=5&&((a||!p&&r===5)&&(d.push(r,0,a,i),r=6),p&&(d.push(r,p,0,i),r=6)),a=""},c=0;c<o.length;c++){c&&(r===1&&m(),m(c));for(var g=0;g<o[c].length;g++)n=o[c][g],r===1?n==="<"?(m(),d=[d],r=3):a+=n:r===4?a==="--"&&n===">"?(r=1,a=""):a=n+a[0]:s?n===s?s="":a+=n:n==='"'||n==="'"?s=n:n===">"?(m(),r=1):r&&(n==="="?(r=5,i=a,a=""):n==="/"&&(r<5||o[c][g+1]===">")?(m(),r===3&&(d=d[0]),r=d,(d=d[0]).push(2,0,r),r=0):n===" "||n==="	"||n===\`
\`||n==="\\r"?(m(),r=2):a+=n),r===3&&a==="!--"&&(r=4,d=d[0])}return m(),d})(e)),t),arguments,[])).length>1?t:t[0]}var Fo=ft.bind(nt),l=Fo;var Bo={retry:"retry",promote:"retry",rerun:"enqueue",update:"enqueue","retry-matching":"retry","promote-matching":"retry","acknowledge-matching":"retry","cancel-matching":"cancel",cancel:"cancel",remove:"remove","remove-matching":"remove",duplicate:"enqueue",edit:"enqueue",pause:"pause",resume:"pause","pause-jobs":"pause","resume-jobs":"pause","quiet-worker":"workers","stop-worker":"workers",trigger:"schedule","pause-schedule":"schedule","resume-schedule":"schedule",backfill:"schedule",reveal:"reveal"};function qe({can:e},t){return t==="select"||e.includes(Bo[t])}function y(e,t,o,n,i="plain"){if(qe(e,t.do))return l\`<button
    type="button"
    class="act \${i}"
    aria-label=\${\`\${o} \${n}\`.trim()}
    onClick=\${e.on(t)}
  >\${o}</button>\`}var ht=[["d",864e5],["h",36e5],["min",6e4],["s",1e3]];function me(e){return Math.max(...e)>=1e3?e.map(w).join(" · "):\`\${e.map(n=>n>0&&n<1?"<1":String(Math.round(n))).join(" · ")} ms\`}function w(e){if(e<1)return e<=0?"0 ms":"< 1 ms";if(e<1e3)return\`\${Math.round(e)} ms\`;if(e<9950)return\`\${Number((e/1e3).toFixed(1))} s\`;if(e<59500)return\`\${Math.round(e/1e3)} s\`;for(let[t,[o,n]]of ht.entries()){if(e<n)continue;let[i,r]=ht[t+1]??["ms",1],a=Math.floor(e/n),s=Math.floor((e-a*n)/r);return s===0||a>=10?\`\${a} \${o}\`:\`\${a} \${o} \${s} \${i}\`}return\`\${Math.round(e/1e3)} s\`}function Ae(e,t){let o=Math.abs(t-e);if(o<1e3)return"now";let[n=""]=/^\\S+ \\S+/.exec(w(Math.round(o/1e3)*1e3))??[];return e<=t?\`\${n} ago\`:\`in \${n}\`}function N(e,t,o){let n=new Date(e).toISOString();return l\`<time datetime=\${n} title=\${H(e,o)}>\${Ae(e,t)}</time>\`}function H(e,t="UTC"){return new Intl.DateTimeFormat("en-GB",{timeZone:t,day:"numeric",month:"short",year:"numeric",hour:"2-digit",minute:"2-digit",second:"2-digit",timeZoneName:"short"}).format(e)}function U(e,t="UTC"){return new Intl.DateTimeFormat("en-GB",{timeZone:t,weekday:"short",day:"numeric",month:"short",hour:"2-digit",minute:"2-digit"}).format(e)}function pe(e,t="UTC"){return new Intl.DateTimeFormat("en-GB",{timeZone:t,hour:"2-digit",minute:"2-digit",second:"2-digit",fractionalSecondDigits:3}).format(e)}function P({now:e},t){return t.map(({queue:o,at:n})=>l\`<p class="notice bad" key=\${o}>
      The store of <code><bdi>\${o}</bdi></code> does not answer\${n!==void 0&&l\`, last known \${N(n,e)}\`}. What is shown is of the others.
    </p>\`)}function q(e,t){if(t.length===0)return\`No \${e}.\`;let o=t.map(({queue:n})=>n).join(", ");return\`No \${e} in the queues that answer; \${o} cannot be read.\`}function A(e){return l\`<bdi class="short" title=\${e.length>20?e:void 0}>\${e}</bdi>\`}function h(e,t,o={},n){if(e===void 0)return;let i=Object.entries(o).filter(([,d])=>d!==void 0&&d!==""),r=new URLSearchParams(i.map(([d,m])=>[d,String(m)])).toString(),a=t==="overview"?e:\`\${e}-/\${t}\`,s=n===void 0?"":\`#\${encodeURIComponent(n)}\`;return\`\${a}\${r===""?"":\`?\${r}\`}\${s}\`}function G(e,{chosen:t,counts:o,query:n={}}){if(e.queues.length<2)return;let i=(r,a,s)=>l\`<a
    key=\${a}
    href=\${h(e.root,e.page,{...n,queue:r})}
    aria-current=\${r===t?"true":void 0}
  >\${A(a)}\${s!==void 0&&l\` <small>\${f(s)}</small>\`}</a>\`;return l\`<nav class="choice" aria-label="Queue">
    \${i(void 0,"all queues")}
    \${e.queues.map(r=>i(r,r,o?.[r]))}
  </nav>\`}function fe(e,t,o){let{cursor:n,total:i,exact:r=!1}=t,a=Math.min(t.before+t.scanned,i),s=t.before>0;if(n===void 0&&!s)return;let d=s&&l\`<a href=\${h(e.root,e.page,o)}>Back to the newest</a>\`,m=n!==void 0&&l\`<a href=\${h(e.root,e.page,{...o,cursor:n,scanned:t.before+t.scanned})}>\${r?"Older":"Continue"}</a>\`;return l\`<p class="scan">
    <span>\${r?\`\${f(t.before+1)} to\`:"Scanned"} \${f(a)} of \${f(i)}</span> \${m} \${d}
  </p>\`}function gt(e){return e.length>24?\`\${e.slice(0,10)}…\`:e}function V({caption:e,columns:t,rows:o,key:n,empty:i}){return o.length===0?l\`<p class="empty">\${i}</p>\`:l\`<table role="table">
    <caption class="quiet">\${e}</caption>
    <thead role="rowgroup"><tr role="row">\${t.map(Io)}</tr></thead>
    <tbody role="rowgroup">\${o.map(r=>l\`<tr role="row" key=\${n(r)}>\${t.map(a=>Wo(a,r))}</tr>\`)}</tbody>
  </table>\`}function Io({label:e,numeric:t,quiet:o,kind:n=""}){let i=o?l\`<span class="quiet">\${e}</span>\`:e;return l\`<th role="columnheader" scope="col" class=\${\`\${t?"num ":""}\${n}\`.trim()}>\${i}</th>\`}function Wo({label:e,numeric:t,quiet:o,kind:n="",cell:i},r){let a=\`\${t?"num ":""}\${n}\`.trim();return l\`<td role="cell" class=\${a} data-label=\${o?"":e}>\${i(r)}</td>\`}function he(e,t,{empty:o="No failed jobs.",isShort:n=!1}={}){let{root:i,now:r}=e,a={label:"First",numeric:!0,cell:({firstAt:d})=>N(d,r)},s={label:"Sample",cell:({queue:d,sampleId:m})=>l\`<a class="id short" title=\${m} href=\${h(i,"job",{queue:d,id:m})}>\${gt(m)}</a>\`};return V({caption:"Failures by cause",rows:t,key:({queue:d,key:m})=>\`\${d} \${m}\`,empty:o,columns:[{label:"Cause",kind:"cause",cell:d=>Ho(e,d)},...e.queues.length>1?[Qo(e)]:[],{label:"Jobs",numeric:!0,cell:Uo},...n?[]:[a],{label:"Last",numeric:!0,cell:({lastAt:d})=>N(d,r)},...n?[]:[s],{label:"Actions",quiet:!0,kind:"actions",cell:d=>Go(e,d)}]})}function Qo({root:e}){return{label:"Queue",cell:({queue:t})=>l\`<a href=\${h(e,"failures",{queue:t})}>\${A(t)}</a>\`}}function Uo({count:e,unattended:t}){if(t===e)return f(e);let o=t===0?"known":\`\${f(e-t)} known\`;return l\`<span>\${f(e)} <small>\${o}</small></span>\`}function Ho({root:e},{queue:t,key:o,name:n,errorName:i,code:r,message:a}){return l\`<span>
    <a href=\${h(e,"jobs",{queue:t,q:bt(o)})}><b><bdi>\${n}</bdi></b></a>\${" "}
    <span class="error clamp"><bdi>\${r??i}: \${a===""?"no message":a}</bdi></span>
  </span>\`}function Go(e,{queue:t,key:o,name:n,count:i,unattended:r}){let a={queues:[t],search:bt(o)},s=\`the \${f(i)} jobs \${n} of this cause\`;return l\`<span class="buttons">
    \${y(e,{do:"retry-matching",...a},"Retry",s)}
    \${r>0&&y(e,{do:"acknowledge-matching",...a},"Acknowledge",s)}
    \${y(e,{do:"remove-matching",...a},"Remove",s,"danger")}
  </span>\`}function bt(e){return\`status:failed group:\${e}\`}function yt(e,t){let{queue:o,groups:n,total:i,counts:r,away:a}=t,s={queues:Object.keys(r),search:"status:failed"},d=\`\${f(i)} failed jobs of \${o??"all queues"}\`;return l\`<main id="main">
    <header class="title">
      <h1>Failures <small>\${f(i)} in <bdi>\${o??"all queues"}</bdi></small></h1>
      \${G(e,{chosen:o,counts:r})}
      \${i>0&&y(e,{do:"retry-matching",...s},"Retry all",d)}
      \${i>0&&y(e,{do:"acknowledge-matching",...s},"Acknowledge all",d)}
    </header>
    \${P(e,a)}
    <section class="card">
      \${he(e,n,{empty:q("failed jobs",a)})}
      \${fe(e,t,{queue:o})}
      \${o===void 0&&t.scanned<i&&l\`<p class="more">The latest \${f(t.scanned)} of \${f(i)} were looked at; choose a queue to go on.</p>\`}
    </section>
  </main>\`}function L(e){return l\`<span class="badge \${e}">\${e}</span>\`}function ge({root:e},t=[],o=t.length){if(t.length===0)return;let n=t.slice(0,o),i=t.length-n.length;return l\`<span class="tags">\${n.map(r=>l\`<a key=\${r} class="tag" href=\${h(e,"jobs",{q:Ko(r)})}><bdi>\${r}</bdi></a> \`)}\${i>0&&l\`<small>and \${i} more</small>\`}</span>\`}function Ko(e){return/^[^\\s"\\\\]+$/.test(e)?\`tag:\${e}\`:\`tag:"\${e.replace(/["\\\\]/g,"\\\\$&")}"\`}function $t({timeZone:e},{attempts:t,logTotal:o}){if(t.length===0)return;let n=t.reduce((i,{lines:r})=>i+r.length,0);return l\`<section class="card">
    <h2>Attempts \${n<o&&l\`<small>last \${n} of \${f(o)} log lines</small>\`}</h2>
    \${t.map(i=>Zo(i,e))}
  </section>\`}function Zo(e,t){let{attempt:o,error:n,lines:i,wasRepeated:r}=e;return l\`<section class="attempt" key=\${o}>
    <h3>Attempt \${o} \${zo(e,t)}</h3>
    \${n&&Le(n)}
    \${r&&l\`<p class="note">Failed, and was repeated. Its error is not kept, or too long for this page.</p>\`}
    \${i.length>0&&l\`<ol class="log" tabindex="0" aria-label=\${\`Log of attempt \${o}\`}>\${i.map(({at:a,message:s},d)=>l\`<li key=\${d}>
        <time datetime=\${new Date(a).toISOString()} title=\${H(a,t)}>\${pe(a,t)}</time>
        <span>\${s}</span>
      </li>\`)}</ol>\`}
  </section>\`}function zo({failedAt:e,ranMs:t,worker:o,state:n},i){let r=o!==void 0&&l\` on <bdi>\${o}</bdi>\`;if(e!==void 0)return l\`<small>failed \${H(e,i)}, after \${w(t??0)}\${r}</small>\`;if(n==="active")return l\`<small>runs\${r}</small>\`;if(n==="completed")return l\`<small>completed\${t!==void 0&&\` after \${w(t)}\`}\${r}</small>\`}function Le(e){let{name:t,message:o,code:n,details:i,stack:r,cause:a,errors:s=[]}=e;return l\`<div class="failure">
    <p class="error"><b>\${n??t}</b> \${o===""?"no message":o}</p>
    \${i&&l\`<pre tabindex="0" aria-label="Details of the error">\${JSON.stringify(i,null,2)}</pre>\`}
    \${r&&l\`<details><summary>Stack</summary><pre tabindex="0">\${r}</pre></details>\`}
    \${a&&l\`<details open><summary>Caused by</summary>\${Le(a)}</details>\`}
    \${s.length>0&&l\`<details><summary>\${s.length} errors together</summary>\${s.map(Le)}</details>\`}
  </div>\`}function _t({queue:e,id:t,status:o}){let i=["show",...Yo[o]??[]].map(r=>\`philjs-jobs \${r} \${wt(t)} --queue \${wt(e)}\`);return l\`<details class="card">
    <summary><h2>Command line</h2></summary>
    <pre tabindex="0">\${i.join(\`
\`)}</pre>
  </details>\`}var Yo={failed:["retry","acknowledge","remove"],cancelled:["retry","remove"],completed:["rerun","remove"],delayed:["promote","update","cancel","remove"],waiting:["update","cancel","remove"],active:["cancel","logs -f"],blocked:["cancel"]};function wt(e){return/^[\\w@%+=:,./-]+$/.test(e)&&!e.startsWith("-")?e:\`'\${e.replaceAll("'","'\\\\''")}'\`}function vt(e,{queue:t,id:o,status:n,revealed:i}){let r=\`job \${o}\`,a=[o],s=(d,m)=>d.includes(n)&&(m??!1);return l\`<div class="buttons" role="group" aria-label="Actions">
    \${s(["failed","cancelled"],y(e,{do:"retry",queue:t,ids:a},"Retry",r,"main"))}
    \${s(["failed","cancelled","completed"],y(e,{do:"edit",queue:t,id:o},"Run again with edits",r))}
    \${s(["failed","cancelled","completed","waiting","delayed"],y(e,{do:"duplicate",queue:t,ids:a},"Duplicate",r))}
    \${s(["delayed"],y(e,{do:"promote",queue:t,ids:a},"Run now",r))}
    \${s(["waiting","delayed","active","blocked"],y(e,{do:"cancel",queue:t,ids:a},"Cancel",r,"danger"))}
    \${s(["failed","cancelled","completed","waiting","delayed","blocked"],y(e,{do:"remove",queue:t,ids:a},"Remove",r,"danger"))}
    \${!i&&y(e,{do:"reveal",queue:t,id:o},"Reveal",\`what is masked of \${r}\`)}
  </div>\`}function kt({now:e,timeZone:t},o){let n=Xo(o,e);return l\`<section class="card">
    <h2>Timeline</h2>
    \${tn(o)}
    <ol class="timeline">\${n.map(({label:i,at:r},a)=>l\`<li key=\${i}>
        <b>\${i}</b> \${N(r,e)}
        <small>\${H(r,t)}\${en(n[a-1],r)}</small>
      </li>\`)}</ol>
  </section>\`}function Xo({createdAt:e,runAt:t,processedAt:o,finishedAt:n,status:i},r){let a=[{label:"Enqueued",at:e}];return t>e&&a.push({label:t>r?"Due":"Ready",at:t}),o!==void 0&&a.push({label:"Started",at:o}),n!==void 0&&a.push({label:i==="completed"?"Completed":"Failed",at:n}),a.sort((s,d)=>s.at-d.at)}function en(e,t){return e===void 0?"":\`, \${w(t-e.at)} later\`}function tn({waitMs:e,runMs:t}){if(e===void 0||t===void 0||e+t===0)return;let o=e/(e+t)*100,n=\`waited \${w(e)}, ran \${w(t)}\`;return l\`<figure class="share">
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=\${n}>
      <rect class="wait" width=\${o} height="6" />
      <rect class="run" x=\${o} width=\${100-o} height="6" />
    </svg>
    <figcaption>\${n}</figcaption>
  </figure>\`}function xt(e,t){let{queue:o,name:n,id:i,status:r}=t;return l\`<main id="main">
    <header class="title">
      <p class="crumb">
        <a href=\${h(e.root,"jobs",{queue:o})}><bdi>\${o}</bdi></a>
      </p>
      <h1><bdi>\${n}</bdi> \${L(r)}</h1>
      <p class="id"><bdi>\${i}</bdi></p>
      \${vt(e,t)}
    </header>
    \${t.revealed&&l\`<p class="notice">Nothing is masked on this page. It is in the audit log.</p>\`}
    \${nn(t,e)}
    \${rn(t)}
    <div class="columns">
      <div class="wide">
        <section class="card"><h2>Payload</h2>\${be(t.payload)}</section>
        \${t.result&&l\`<section class="card"><h2>Result</h2>\${be(t.result)}</section>\`}
        \${$t(e,t)}
      </div>
      <div>
        \${kt(e,t)}
        <section class="card"><h2>Facts</h2>\${an(e,t)}</section>
        \${t.metadata&&l\`<section class="card"><h2>Metadata</h2>\${be(t.metadata)}</section>\`}
        \${_t(t)}
      </div>
    </div>
  </main>\`}var on=new Set(["waiting","delayed","blocked"]);function nn({reasons:e,status:t},{now:o}){if(on.has(t))return l\`<section class="card" aria-label="Why it is not running">
    <h2>Why it is not running</h2>
    <ul class="reasons">\${e.map(({message:n,until:i})=>l\`<li>\${n}\${i!==void 0&&l\` <small>\${Ae(i,o)}</small>\`}</li>\`)}</ul>
  </section>\`}function rn({percent:e,progress:t}){return e!==void 0?l\`<p class="progress">
      <label>Progress <progress max="100" value=\${e}>\${e} %</progress> \${e} %</label>
    </p>\`:t&&l\`<section class="card"><h2>Progress</h2>\${be(t)}</section>\`}function be({text:e,cut:t}){return l\`<div>
    <pre tabindex="0">\${e}</pre>
    \${t&&l\`<p class="more">Cut here: the value is longer than a page shows.</p>\`}
  </div>\`}function an(e,t){let{root:o}=e,{queue:n,parentId:i,waitMs:r,runMs:a,timeoutMs:s,tags:d}=t,m=[["Queue",l\`<a href=\${h(o,"jobs",{queue:n})}>\${n}</a>\`],...d===void 0?[]:[["Tags",ge(e,d)]],["Attempts",\`\${t.attemptsMade} of \${t.maxAttempts}\`],["Waited",r===void 0?"–":w(r)],["Ran",a===void 0?"–":w(a)],...s===void 0?[]:[["An attempt may take",w(s)]],["Priority",t.priority],["Version",t.version],["Starts",t.fencingToken],...t.stalledCount>0?[["Lost its worker",\`\${t.stalledCount} ×\`]]:[],...i===void 0?[]:[["Parent",l\`<a class="id" href=\${h(o,"job",{queue:n,id:i})}>\${i}</a>\`]]];return l\`<dl>\${m.map(([c,g])=>l\`<div key=\${c}><dt>\${c}</dt><dd>\${g}</dd></div>\`)}</dl>\`}var ye=["blocked","delayed","waiting","active","failed","cancelled","completed"];function Ct(e,t){if(!["retry","cancel","remove"].some(n=>qe(e,n))||t.jobs.length===0)return;let o=t.jobs.filter(n=>e.selected.has(F(n)));return l\`<div class="bulk act" role="group" aria-label="Selected jobs">
    \${sn(e,t)}
    \${o.length>0?ln(e,o):dn(e,t)}
  </div>\`}function F({queue:e,id:t}){return JSON.stringify([e,t])}function sn(e,{jobs:t}){let o=t.map(F),n=o.every(i=>e.selected.has(i));return l\`<label class="tick">
    <input type="checkbox" checked=\${n} onChange=\${e.on({do:"select",ids:o,on:!n})} />
    All \${f(o.length)} shown
  </label>\`}function ln(e,t){let o=C(t.length,"selected job"),n=[...new Set(t.map(({queue:s})=>s))],[i,...r]=n.map(s=>({queue:s,ids:t.filter(d=>d.queue===s).map(({id:d})=>d)}));if(i===void 0)return;let a={...i,...r.length>0&&{also:r}};return l\`<span class="buttons">
    <span>\${f(t.length)} selected</span>
    \${y(e,{do:"retry",...a},"Retry",o)}
    \${y(e,{do:"promote",...a},"Run now",o)}
    \${y(e,{do:"cancel",...a},"Cancel",o,"danger")}
    \${y(e,{do:"remove",...a},"Remove",o,"danger")}
  </span>\`}function dn(e,t){let{search:o,mistake:n,stats:i}=t;if(n!==void 0)return;let r={queues:Object.keys(t.counts),search:o},a=(...s)=>s.some(d=>i[d]>0&&un(o,d));return l\`<span class="buttons">
    \${a("failed")&&y(e,{do:"retry-matching",...r},cn(t),"")}
    \${a("failed")&&y(e,{do:"acknowledge-matching",...r},"Acknowledge","all that match and failed")}
    \${a("delayed")&&y(e,{do:"promote-matching",...r},"Run now","all that match and are delayed")}
    \${a("waiting","delayed","active")&&y(e,{do:"cancel-matching",...r},"Cancel","all that match and have not ended","danger")}
    \${o.trim()!==""&&y(e,{do:"remove-matching",...r},\`Remove \${mn(t)}\`,"and do not run","danger")}
  </span>\`}function un(e,t){let o=e.match(/\\bstatus:\\w+/g)??[];return o.length===0||o.includes(\`status:\${t}\`)}function cn(e){let{search:t,stats:o}=e;return t===""||t==="status:failed"?\`Retry all \${f(o.failed)} failed\`:"Retry all that match and failed"}function mn({exact:e,total:t}){return e?\`all \${f(t)} that match\`:"all that match"}function St(e,{jobs:t},o,n){let i={label:"Select",quiet:!0,kind:"tick",cell:a=>l\`<input
      type="checkbox"
      class="act"
      data-row=\${F(a)}
      aria-label=\${\`Select \${a.name} \${a.id}\`}
      checked=\${e.selected.has(F(a))}
      onChange=\${e.on({do:"select",ids:[F(a)],on:!e.selected.has(F(a))})}
    />\`},r={label:"Queue",cell:({queue:a})=>l\`<a href=\${h(e.root,"jobs",{queue:a})}>\${A(a)}</a>\`};return V({caption:"Jobs",rows:t,key:F,empty:o,columns:[...n?[i]:[],{label:"State",kind:"state",cell:({status:a})=>L(a)},{label:"Job",kind:"name",cell:({queue:a,name:s,id:d,tags:m})=>l\`<span>
          <a href=\${h(e.root,"job",{queue:a,id:d})}><bdi><b>\${s}</b></bdi> <bdi class="id">\${d}</bdi></a>
          \${ge(e,m,3)}
        </span>\`},...e.queues.length>1?[r]:[],{label:"What",kind:"cause",cell:pn},{label:"Attempts",numeric:!0,cell:({attemptsMade:a,maxAttempts:s})=>\`\${a} of \${s}\`},{label:"Ran",numeric:!0,cell:({runMs:a})=>a===void 0?"–":w(a)},{label:"Time",numeric:!0,cell:({at:a})=>N(a,e.now,e.timeZone)}]})}function pn({status:e,error:t,percent:o,preview:n}){return t!==void 0&&e!=="completed"?l\`<span class="error">\${t}</span>\`:o===void 0?l\`<span class="preview">\${n}</span>\`:l\`<progress max="100" value=\${o} aria-label="Progress">\${o} %</progress>\`}function Tt(e,t){let{queue:o,search:n,mistake:i,note:r}=t;return l\`<main id="main">
    <header class="title">
      <h1>Jobs <small>\${f(t.stats.total)} in <bdi>\${o??"all queues"}</bdi></small></h1>
      \${G(e,{chosen:o,counts:t.counts,query:{q:n}})}
    </header>
    \${P(e,t.away)}
    \${fn(e,t)}
    <form class="search" role="search" action=\${h(e.root,"jobs")} method="get">
      <label for="q">Search \${o??"all queues"}</label>
      <input id="q" name="q" type="search" defaultValue=\${n} autocomplete="off" list="terms" spellcheck=\${!1}
        maxlength="1000" aria-describedby="grammar" />
      \${e.queues.length>1&&o!==void 0&&l\`<input type="hidden" name="queue" value=\${o} />\`}
      <button type="submit">Search</button>
      <p id="grammar">An id, any text, or <code>status:failed name:send-email payload.user.id:42
        error:"timed out" attempts:>1 since:1h</code>, also with <code>OR</code> and <code>NOT</code></p>
    </form>
    \${i!==void 0&&l\`<p class="notice bad" role="alert">\${i}</p>\`}
    \${r!==void 0&&l\`<p class="notice">\${r}</p>\`}
    <section class="card">
      \${Ct(e,t)}
      \${St(e,t,hn(t),e.can.some(a=>a!=="read"))}
      \${fe(e,t,{queue:e.queues.length>1?o:void 0,q:n})}
    </section>
  </main>\`}function fn(e,{queue:t,stats:o,search:n}){let i=(a,s,d)=>l\`<a
    href=\${h(e.root,"jobs",{queue:t,q:s})}
    aria-current=\${n===s?"page":void 0}
  >\${a} <small>\${f(d)}</small></a>\`,r=ye.filter(a=>a!=="blocked"||o.blocked>0);return l\`<nav class="tabs" aria-label="State">
    \${i("all","",o.total)}
    \${r.map(a=>i(a,\`status:\${a}\`,o[a]))}
  </nav>\`}function hn({search:e,mistake:t,cursor:o,scanned:n,before:i,away:r}){if(t!==void 0)return"Nothing was searched.";if(o!==void 0)return\`Nothing found in \${C(i+n,"job")} so far.\`;let a=r.length>0?" in the queues that answer":"";return e===""?\`No jobs\${a}.\`:\`No job matches\${a}.\`}var Nt=600,Fe=120;function Vt({unit:e,lines:t},o){let n=t.flatMap(({of:s})=>o[s]).filter(s=>s!==null),i=Math.max(0,...n),r=Nt/Math.max(1,o.at.length-1),a=s=>(Fe-2-s/(i||1)*(Fe-6)).toFixed(1);return l\`<figure class="picture">
    <svg viewBox="0 0 \${Nt} \${Fe}" preserveAspectRatio="none" aria-hidden="true">\${t.map(({of:s,label:d},m)=>l\`<path key=\${d} class=\${\`line-\${m+1}\`} d=\${gn(o[s],r,a)} />\`)}</svg>
    <figcaption>\${t.map(({label:s},d)=>l\`<span key=\${s} class=\${\`line-\${d+1}\`}>\${s}</span> \`)}<small>at most \${e==="ms"?w(i):j(i)}</small></figcaption>
  </figure>\`}function gn(e,t,o){let n=!1;return e.map((i,r)=>{if(i===null)return n=!1,"";let a=(r*t).toFixed(1),s=n?\`L\${a} \${o(i)}\`:\`M\${a} \${o(i)}h.01\`;return n=!0,s}).join("")}function Dt({title:e,unit:t,lines:o},n){let i=n.at.map((a,s)=>({at:a,index:s})).filter(({index:a})=>o.some(({of:s})=>(n[s][a]??0)>0)).reverse(),r=a=>a==null?"–":t==="ms"?w(a):j(a);return l\`<details>
    <summary>\${e} as a table</summary>
    \${V({caption:e,rows:i,key:({at:a})=>String(a),empty:"Nothing happened.",columns:[{label:"From (UTC)",cell:({at:a})=>new Date(a*1e3).toISOString().slice(0,16).replace("T"," ")},...o.map(({label:a,of:s})=>({label:a,numeric:!0,cell:({index:d})=>r(n[s][d])}))]})}
  </details>\`}var Pt={throughput:{title:"Finished jobs a minute",unit:"jobs",lines:[{label:"completed",of:"completed"},{label:"failed",of:"failed"},{label:"retried",of:"retried"}]},wait:{title:"Waiting time",unit:"ms",lines:[{label:"p50",of:"waitP50"},{label:"p95",of:"waitP95"},{label:"p99",of:"waitP99"}]},run:{title:"Running time",unit:"ms",lines:[{label:"p50",of:"runP50"},{label:"p95",of:"runP95"},{label:"p99",of:"runP99"}]}};function jt(e,t){let{queue:o,name:n,measured:i}=t;return l\`<main id="main">
    <header class="title">
      <h1>Metrics <small><bdi>\${n??o??"all jobs"}</bdi></small></h1>
      \${G(e,{chosen:o,query:{span:t.span}})}
      \${wn(e,t)}
      \${$n(e,t)}
    </header>
    \${P(e,t.away)}
    \${!i&&l\`<p class="notice">The backend keeps no metrics.</p>\`}
    \${Object.entries(Pt).map(([r,a])=>l\`<section class="card" key=\${r}>
        <h2>\${a.title}</h2>
        <div class="chart" data-chart=\${r} role="img" aria-label=\${\`\${a.title}; the figures are in the table below it\`}>\${Vt(a,t.series)}</div>
        \${Dt(a,t.series)}
      </section>\`)}
    <section class="card">
      <h2>By job <small>last hour</small></h2>
      \${V({caption:"Figures of the last hour by job",rows:t.jobs,key:r=>\`\${r.queue} \${r.name}\`,empty:"Nothing ran in the last hour.",columns:_n(e,t.span)})}
    </section>
    \${bn(e,t)}
    <p class="more">For Prometheus: <a href=\${\`\${e.root}metrics\`}>metrics</a></p>
  </main>\`}function bn({root:e},{jobs:t,span:o}){let n=t.flatMap(({queue:i,name:r,ticks:a})=>a?[{queue:i,name:r,...a}]:[]);if(n.length!==0)return l\`<section class="card">
    <h2>Ticks of schedules <small>last hour</small></h2>
    \${V({caption:"Ticks of schedules in the last hour, by job",rows:n,key:i=>\`\${i.queue} \${i.name}\`,empty:"",columns:[{label:"Job",kind:"name",cell:({queue:i,name:r})=>l\`<a href=\${h(e,"metrics",{queue:i,name:r,span:o})}><bdi class="clamp"><b>\${r}</b></bdi> <bdi class="id clamp">\${i}</bdi></a>\`},{label:"Fired",numeric:!0,cell:({fired:i})=>f(i)},{label:"Missed",numeric:!0,cell:({missed:i})=>f(i)},{label:"Skipped",numeric:!0,cell:({skipped:i})=>yn(i)}]})}
  </section>\`}function yn(e){return Object.entries(e).filter(([,o])=>o>0).map(([o,n])=>\`\${f(n)} \${o}\`).join(", ")||"0"}function $n(e,{queue:t,name:o,paused:n}){if(t===void 0||o===void 0||n===void 0)return;let i=\`jobs \${o} of \${t}\`;return n?y(e,{do:"resume-jobs",queue:t,name:o},"Resume this type",i):y(e,{do:"pause-jobs",queue:t,name:o},"Pause this type",i)}function wn(e,{queue:t,name:o,span:n}){let i=(r,a)=>l\`<a
    href=\${h(e.root,"metrics",{queue:t,name:o,span:r})}
    aria-current=\${r===n?"true":void 0}
  >\${a}</a>\`;return l\`<nav class="choice" aria-label="Span">\${i("1h","1 hour")} \${i("24h","24 hours")}</nav>\`}function _n({root:e},t){let o=(n,i,r="")=>({label:n,numeric:!0,cell:i,kind:r});return[{label:"Job",kind:"name",cell:({queue:n,name:i})=>l\`<a href=\${h(e,"metrics",{queue:n,name:i,span:t})}><bdi class="clamp"><b>\${i}</b></bdi> <bdi class="id clamp">\${n}</bdi></a>\`},o("Completed",({completed:n})=>f(n)),o("Failed",({failed:n,failureRate:i})=>\`\${f(n)}\${n>0?\` (\${ce(i)})\`:""}\`),o("Cancelled",({cancelled:n})=>f(n),"extra"),o("Retried",({retried:n})=>f(n),"extra"),o("Per minute",({throughput:n})=>j(n)),o("Wait p95",({wait:n})=>n===void 0?"–":w(n.p95),"extra"),o("Run p50 · p95 · p99",({run:n})=>n===void 0?"–":me([n.p50,n.p95,n.p99]))]}var Be=6,vn=864e5;function Rt(e,{health:t,queues:o}){let{problems:n,status:i}=t;if(n.length===0){let a=o.reduce((s,{throughput:d})=>s+d,0);return l\`<section class="health healthy" aria-labelledby="health">
      <h1 id="health">Nothing needs you</h1>
      <p>\${j(a)} jobs a minute\${kn(o)}.</p>
    </section>\`}let r=n.length===1?"thing needs":"things need";return l\`<section class=\${\`health \${i}\`} aria-labelledby="health">
    <h1 id="health">\${f(n.length)} \${r} you</h1>
    <ul>\${n.slice(0,Be).map(a=>l\`<li class=\${a.severity}>
        <a href=\${Sn(e,a)}>\${Cn(xn(a,e))}</a>
      </li>\`)}\${n.length>Be&&l\`<li>and \${n.length-Be} more</li>\`}</ul>
  </section>\`}function kn(e){let t=Math.max(0,...e.map(({failureRate:o})=>o));return t===0?", none failed in the last hour":\`, at most \${ce(t)} of a queue failed\`}function xn({message:e,since:t},{timeZone:o,now:n}){if(t===void 0||o===void 0||o==="UTC")return e;let i=new Date(t).getTime(),r=n-i<vn?pe(i,o).slice(0,5):U(i,o);return e.replace(/(\\bsince (?:before )?)[\\d: TZ-]+(?:UTC)$/,(a,s)=>s+r)}function Cn(e){return e.split("\`").map((t,o)=>o%2===1?l\`<code title=\${t.length>40?t:void 0}><bdi>\${t}</bdi></code>\`:t)}function Sn({root:e},{kind:t,queue:o,group:n}){switch(t){case"late-schedule":return h(e,"schedules");case"no-workers":case"store-away":return h(e,"workers");case"failures":return n===void 0?h(e,"failures",{queue:o}):h(e,"jobs",{queue:o,q:\`status:failed group:\${n}\`});case"failing":return h(e,"failures",{queue:o});case"stalled":return h(e,"jobs",{queue:o,q:"status:failed"});case"slow":return h(e,"metrics",{queue:o});case"paused":case"backlog":case"waiting-long":return h(e,"jobs",{queue:o,q:"status:waiting"})}}function Ot(e,t){return V({caption:"Next runs",rows:t,key:({queue:o,id:n})=>\`\${o} \${n}\`,empty:"No schedule is going to fire.",columns:[{label:"Schedule",cell:({id:o})=>l\`<a href=\${h(e.root,"schedules",{},o)}>\${o}</a>\`},{label:"When",cell:({when:o,timezone:n})=>\`\${o}\${n?\` (\${n})\`:""}\`},{label:"Next",numeric:!0,cell:o=>Ie(o,e.now)}]})}function Ie({nextAt:e,overdueMs:t},o){return e===void 0?"–":t<1e3?N(e,o):l\`<span class="alarm">\${w(t)} late</span>\`}function Et(e){let t=e.slice(0,-1);return t.some(o=>(o??0)>0)?[...t,null]:[...e]}var $e=120,K=24;function Mt(e,t){let o=Math.max(...e,1),n=$e/Math.max(1,e.length-1),i=e.map((a,s)=>\`\${(s*n).toFixed(1)},\${(K-1-a/o*(K-2)).toFixed(1)}\`),r=\`0,\${K} \${i.join(" ")} \${$e},\${K}\`;return l\`<svg
    class="spark"
    viewBox="0 0 \${$e} \${K}"
    width=\${$e}
    height=\${K}
    preserveAspectRatio="none"
    role="img"
    aria-label=\${t}
  >
    <polygon points=\${r} />
    <polyline points=\${i.join(" ")} />
  </svg>\`}var Tn=["waiting","active","delayed","blocked","failed","cancelled","completed"],Nn=new Set(["blocked","cancelled"]);function qt(e,t){let o=Tn.filter(n=>!Nn.has(n)||t.some(({stats:i})=>i[n]>0));return V({caption:"Queues",rows:t,key:({queue:n})=>n,empty:"No queue answers.",columns:[{label:"Queue",kind:"name",cell:n=>Vn(e,n)},...o.map(n=>Pn(e,n)),{label:"Oldest waiting",numeric:!0,cell:Dn},{label:"Last hour",kind:"wide hour",cell:jn},{label:"Wait p50 · p95 · p99",numeric:!0,kind:"wide extra",cell:({wait:n})=>Jt(n)},{label:"Run p50 · p95 · p99",numeric:!0,kind:"wide extra",cell:({run:n})=>Jt(n)},{label:"Workers",numeric:!0,cell:n=>Rn(e,n)},{label:"Actions",quiet:!0,cell:n=>On(e,n)}]})}function Vn({root:e,now:t},{queue:o,paused:n,knownAt:i}){return l\`<span class="named">
    <a href=\${h(e,"jobs",{queue:o})}><bdi>\${o}</bdi></a>\${n&&L("paused")}
    \${i!==void 0&&l\`<small class="alarm">not answering; as of \${N(i,t)}</small>\`}
  </span>\`}function Dn({oldestWaitingMs:e,stats:t,throughput:o,paused:n}){if(e===void 0)return"–";let i=w(e);if(n||t.waiting===0||o===0)return i;let r=w(Math.ceil(t.waiting/o)*6e4);return l\`<span>\${i}<br /><small>done in \${r}</small></span>\`}function Pn({root:e},t){return{label:t[0]?.toUpperCase()+t.slice(1),numeric:!0,cell:({queue:o,stats:n})=>{let i=n[t];return i===0?l\`<span class="nothing">0</span>\`:l\`<a class=\${\`count \${t}\`} href=\${h(e,"jobs",{queue:o,q:\`status:\${t}\`})}>\${f(i)}</a>\`}}}function jn({queue:e,perMinute:t,throughput:o,measured:n}){if(!n)return l\`<span class="nothing">not measured</span>\`;let i=\`\${e}: \${j(o)} jobs a minute over the last hour, at most \${f(Math.max(...t))}\`,r=Et(t).filter(a=>a!==null);return l\`<span class="trend">\${Mt(r,i)}<small>\${j(o)}/min</small></span>\`}function Jt(e){return e===void 0?"–":me([e.p50,e.p95,e.p99])}function Rn({root:e},{workers:t,needsWorker:o}){return t===void 0?"–":l\`<a class=\${t===0&&o?"alarm":""} href=\${h(e,"workers")}>\${f(t)}</a>\`}function On(e,{queue:t,paused:o}){return o?y(e,{do:"resume",queue:t},"Resume",\`queue \${t}\`):y(e,{do:"pause",queue:t},"Pause",\`queue \${t}\`)}var En=8;function At(e,t){let o=t.failures.flatMap(({queue:n,groups:i})=>i.map(r=>({...r,queue:n}))).sort((n,i)=>i.count-n.count).slice(0,En);return l\`<main id="main">
    \${Rt(e,t)}
    \${P(e,t.away)}
    <section class="card">
      <h2>Queues</h2>
      \${qt(e,t.queues)}
    </section>
    <div class="columns">
      <section class="card wide">
        <h2>Failures by cause \${Mn(t)}</h2>
        \${he(e,o,{empty:q("failed jobs",t.away),isShort:!0})}
        \${o.length>0&&l\`<p class="more"><a href=\${h(e.root,"failures")}>All failures</a></p>\`}
      </section>
      <section class="card">
        <h2>Next runs</h2>
        \${Ot(e,t.schedules)}
        \${t.scheduleCount>0&&l\`<p class="more"><a href=\${h(e.root,"schedules")}>All \${f(t.scheduleCount)} schedules</a></p>\`}
      </section>
    </div>
  </main>\`}function Mn({failures:e}){let t=e.reduce((n,i)=>n+i.scanned,0),o=e.reduce((n,i)=>n+i.total,0);if(!(t>=o))return l\`<small>of the latest \${f(t)} of \${f(o)}</small>\`}var Jn=1e3;function Lt(e,{queue:t,runs:o,id:n}){if(o.length!==0)return l\`<ol class="strip" aria-label=\${\`Last runs of \${n}, oldest first\`}>\${[...o].reverse().map(i=>l\`<li key=\${i.at}>\${qn(e,t,i)}</li>\`)}</ol>\`}function qn({root:e,timeZone:t},o,n){let{jobId:i,status:r}=n,a=An(n,t),s=\`mark \${r}\${Ft(n)?" late":""}\`;return i===void 0?l\`<span class=\${s} title=\${a} role="img" aria-label=\${a}></span>\`:l\`<a class=\${s} title=\${a} aria-label=\${a} href=\${h(e,"job",{queue:o,id:i})}></a>\`}function An(e,t){let{at:o,status:n,latenessMs:i=0,reason:r}=e,a=Ft(e)?\`, \${w(i)} late\`:"";return\`\${U(o,t)}: \${n}\${a}\${r===void 0?"":\` (\${r})\`}\`}function Ft({latenessMs:e=0}){return e>=Jn}function Bt(e,{schedules:t,total:o,attached:n,away:i,search:r}){let a=o>t.length&&\`the next \${t.length} of \${f(o)}\`;return l\`<main id="main">
    <header class="title"><h1>Schedules <small>\${a||f(o)}</small></h1></header>
    \${P(e,i)}
    \${(r!==""||o>1)&&l\`<form class="search" role="search" action=\${h(e.root,"schedules")} method="get">
        <label for="q">Search the schedules</label>
        <input id="q" name="q" type="search" defaultValue=\${r} autocomplete="off" spellcheck=\${!1}
          maxlength="1000" aria-describedby="searched" />
        <button type="submit">Search</button>
        <p id="searched">Words of an id, of the name of a job, of an owner or of a queue</p>
      </form>\`}
    \${t.length===0&&l\`<p class="empty card">\${Ln(n,r,q("schedules",i))}</p>\`}
    \${t.map(s=>Fn(e,s))}
  </main>\`}function Ln(e,t,o){return e?t===""?o:"No schedule matches.":"This dashboard was given no scheduler."}function Fn(e,t){let{id:o,queue:n,jobName:i,when:r,cron:a,timezone:s,state:d,note:m,lastAt:c,maxRuns:g,runsCount:p}=t;return l\`<article class="card schedule" id=\${encodeURIComponent(o)} key=\${\`\${n} \${o}\`}>
    <header>
      <h2><bdi>\${o}</bdi> \${d!=="active"&&L(d)}</h2>
      \${Bn(e,t)}
    </header>
    <p>\${r}\${s&&\` in \${s}\`} \${a&&a!==r&&l\`<code>\${a}</code>\`}</p>
    \${m&&l\`<p class="notice">Paused: \${m}</p>\`}
    <dl class="inline">
      <div><dt>Job</dt><dd><a href=\${h(e.root,"jobs",{queue:n,q:\`name:\${Wn(i)}\`})}><bdi>\${i}</bdi></a></dd></div>
      <div><dt>Next</dt><dd>\${Ie(t,e.now)}</dd></div>
      <div><dt>Last</dt><dd>\${c===void 0?"–":N(c,e.now,e.timeZone)}</dd></div>
      <div><dt>Runs</dt><dd>\${f(p)}\${g!==void 0&&\` of \${f(g)}\`}</dd></div>
    </dl>
    \${Lt(e,t)}
    \${In(e,t)}
  </article>\`}function Bn(e,{id:t,queue:o,state:n,cron:i}){let r=\`schedule \${t}\`,a={queue:o,id:t};return l\`<span class="buttons">
    \${y(e,{do:"trigger",...a},"Run now",r)}
    \${n==="active"&&y(e,{do:"pause-schedule",...a},"Pause",r)}
    \${n==="paused"&&y(e,{do:"resume-schedule",...a},"Resume",r)}
    \${i&&y(e,{do:"backfill",...a},"Backfill",r)}
  </span>\`}function In({timeZone:e,now:t},{nextRuns:o,timezone:n="UTC"}){if(o.length===0)return;let i=e!==void 0&&e!==n?e:void 0;return l\`<details>
    <summary>Next \${o.length} runs</summary>
    <ul class="next">\${o.map(r=>l\`<li key=\${r}>
        \${U(r,n)} \${n}
        \${i&&l\`<small>\${U(r,i)} yours</small>\`}
        <small>in \${w(r-t)}</small>
      </li>\`)}</ul>
  </details>\`}function Wn(e){return/^[\\w.-]+$/.test(e)?e:\`"\${e.replace(/["\\\\]/g,"\\\\$&")}"\`}function It(e,t){let{workers:o,without:n,idle:i,unlisted:r,away:a}=t;return l\`<main id="main">
    <header class="title"><h1>Workers <small>\${f(o.length)}</small></h1></header>
    \${P(e,a)}
    \${n.map(s=>l\`<p class="notice bad">No worker runs <code><bdi>\${s}</bdi></code>. Start one with <code>philjs-jobs work</code>, or <code>queue.process()</code>.</p>\`)}
    \${i.map(s=>l\`<p class="notice">No worker runs <code><bdi>\${s}</bdi></code>, and none of its jobs is due.</p>\`)}
    \${r.map(s=>l\`<p class="notice">The backend of <code><bdi>\${s}</bdi></code> does not list its workers.</p>\`)}
    <section class="card">
      \${V({caption:"Workers",rows:o,key:({id:s})=>s,empty:q("workers",a),columns:[{label:"Process",kind:"name",cell:({host:s,pid:d})=>l\`<span><b>\${s}</b> <span class="id">\${d}</span></span>\`},{label:"Queue",cell:({queue:s})=>A(s)},{label:"Runs",kind:"cause",cell:s=>Qn(e,s)},{label:"Knows",kind:"cause",cell:({jobs:s})=>l\`<span class="clamp">\${Hn(s)}</span>\`},{label:"Up since",numeric:!0,cell:({startedAt:s})=>N(s,e.now,e.timeZone)},{label:"Last seen",numeric:!0,cell:({seenAt:s})=>N(s,e.now,e.timeZone)},{label:"Actions",quiet:!0,kind:"actions",cell:s=>Un(e,s)}]})}
    </section>
    \${Gn(e,t)}
  </main>\`}function Qn({root:e,now:t},o){let{queue:n,host:i,pid:r,busy:a,concurrency:s,runs:d,asked:m}=o,c=Math.round(100*a/s);return l\`<span>
    <meter min="0" max=\${s} value=\${a} aria-label=\${\`Busy slots of \${i} \${r}\`}>\${a} of \${s}</meter>
    \${" "}\${a} of \${s} <small>\${c} %</small>
    \${m!==void 0&&l\` <span class="badge paused">\${m==="stop"?"stops":"takes no new jobs"}</span>\`}
    \${d.map(({id:g,name:p,since:u})=>l\`<br key=\${g} /><small>
        <a href=\${h(e,"job",{queue:n,id:g})}><bdi>\${p}</bdi></a> for \${w(Math.max(0,t-u))}
      </small>\`)}
    \${a>d.length&&l\`<br /><small>and \${a-d.length} more</small>\`}
  </span>\`}function Un(e,t){let{queue:o,id:n,host:i,pid:r,busy:a,asked:s}=t,d=\`\${i}:\${r}\`,m={queue:o,id:n,name:d,running:a},c=s===void 0&&y(e,{do:"quiet-worker",...m},"Quiet",\`worker \${d} of \${o}\`),g=s!=="stop"&&y(e,{do:"stop-worker",...m},"Stop",\`worker \${d} of \${o}\`,"danger");return l\`<span class="buttons">\${c} \${g}</span>\`}function Hn(e){let t=e.slice(0,12).join(", ");return e.length>12?\`\${t} and \${e.length-12} more\`:t}function Gn({root:e},{running:t}){if(t.length!==0)return l\`<section class="card">
    <h2>Running now</h2>
    <ul class="plain">\${t.map(({queue:o,name:n,count:i})=>l\`<li key=\${\`\${o} \${n}\`}>
        <a href=\${h(e,"jobs",{queue:o,q:"status:active"})}>\${C(i,"job")} <bdi>\${n}</bdi></a> in <bdi>\${o}</bdi>
      </li>\`)}</ul>
  </section>\`}function Wt(e,t){switch(t.page){case"overview":return At(e,t.data);case"jobs":return Tt(e,t.data);case"job":return xt(e,t.data);case"failures":return yt(e,t.data);case"schedules":return Bt(e,t.data);case"workers":return It(e,t.data);case"metrics":return jt(e,t.data)}}var Kn={live:"live",polling:"every 5 s",paused:"paused",away:"not answering",off:""};function Qt(e,t,o=0){let n=o>0&&t!=="away"&&t!=="paused",i=[Kn[t],n?\`\${C(o,"store")} away\`:""],r=Object.keys(z).filter(s=>s!=="job"),a=e.page==="job"?"jobs":e.page;return l\`<header class="site">
    <a class="skip" href="#main">To the content</a>
    <a class="brand" href=\${h(e.root,"overview")}>PhilJS <b>Jobs</b></a>
    \${e.environment&&l\`<span class=\${\`environment \${e.environment.colour??"grey"}\`}><bdi>\${e.environment.label}</bdi></span>\`}
    <nav aria-label="Pages">\${r.map(s=>l\`<a key=\${s} href=\${h(e.root,s)} aria-current=\${s===a?"page":void 0}>\${z[s]}</a>\`)}</nav>
    \${e.switchZone&&l\`<button type="button" class="zone" onClick=\${e.switchZone} aria-label=\${\`Times are in \${e.timeZone??"UTC"}; show another zone\`}>\${e.timeZone??"UTC"}</button>\`}
    <span class=\${\`live \${n?"partly":t}\`}>\${i.filter(s=>s!=="").join(", ")}</span>
  </header>\`}function Ut(e,t){return l\`<dialog
    aria-labelledby="dialog-title"
    ref=\${Zn}
    onClose=\${i=>{i.currentTarget.isConnected&&t()}}
    onCancel=\${i=>{i.preventDefault(),e.kind==="progress"&&e.running?e.onStop():t()}}
  >
    <h2 id="dialog-title">\${e.title}</h2>
    \${e.kind==="form"?zn(e,t):Xn(e,t)}
  </dialog>\`}function Zn(e){e!==null&&!e.open&&e.showModal()}function zn({text:e,fields:t=[],submit:o,tone:n,error:i,onSubmit:r},a){return l\`<form method="dialog" onSubmit=\${d=>{d.preventDefault();let m=new FormData(d.currentTarget);r(Object.fromEntries([...m].map(([c,g])=>[c,String(g)])))}}>
    \${e!==void 0&&l\`<p>\${e}</p>\`}
    \${t.map(Yn)}
    \${i!==void 0&&l\`<p class="notice bad" role="alert">\${i}</p>\`}
    <p class="buttons">
      <button type="submit" class=\${n}>\${o}</button>
      <button type="button" onClick=\${a}>Leave it</button>
    </p>
  </form>\`}function Yn({name:e,label:t,kind:o,value:n="",required:i=!1}){let r=\`field-\${e}\`;return o==="checkbox"?l\`<p class="field" key=\${e}><label><input type="checkbox" name=\${e} value="yes" /> \${t}</label></p>\`:l\`<p class="field" key=\${e}>
    <label for=\${r}>\${t}</label>
    \${o==="textarea"?l\`<textarea id=\${r} name=\${e} rows="14" spellcheck=\${!1} required=\${i}>\${n}</textarea>\`:l\`<input id=\${r} name=\${e} type=\${o} defaultValue=\${n} required=\${i} />\`}
  </p>\`}function Xn({done:e,total:t,text:o,running:n,onStop:i},r){return l\`<div>
    <p><progress max=\${Math.max(1,t)} value=\${e} aria-label="Progress"></progress></p>
    <p role="status">\${o}</p>
    <p class="quiet">\${f(e)} of \${f(t)}</p>
    <p class="buttons">
      \${n?l\`<button type="button" class="danger" autofocus onClick=\${i}>Stop</button>\`:l\`<button type="button" class="main" autofocus onClick=\${r}>Close</button>\`}
    </p>
  </div>\`}var We="philjs-jobs-selected ";function Ht(){try{let e=JSON.parse(sessionStorage.getItem(We+location.href)??"[]");return new Set(Array.isArray(e)?e.filter(t=>typeof t=="string"):[])}catch{return new Set}}function we(e){try{e.size===0?sessionStorage.removeItem(We+location.href):sessionStorage.setItem(We+location.href,JSON.stringify([...e]))}catch{}}var Gt="philjs-jobs-zone";function _e(){return new Intl.DateTimeFormat().resolvedOptions().timeZone}function Kt(){try{return localStorage.getItem(Gt)==="UTC"?"UTC":_e()}catch{return _e()}}function Zt(e){try{localStorage.setItem(Gt,e)}catch{}}var ve=class{boot;state;live="off";dialog;notice;selected=Ht();#e;#r;#t;#n=!1;constructor(t,o,n){this.#e=t,this.boot=o,this.state=o.state,this.#r=n}start(){let t=this.selected;this.selected=new Set,ut(this.#a(),this.#e),this.selected=t,this.#t=Kt(),document.documentElement.classList.add("script"),this.draw()}draw(){this.#n||(this.#n=!0,queueMicrotask(()=>{this.#n=!1,Je(this.#a(),this.#e)}))}show(t){this.state=t,this.draw()}tell(t){this.notice=t,t!==void 0&&te(t.text),this.draw()}open(t){this.dialog=t,this.draw()}close(){this.#e.querySelector("dialog")?.close(),this.#o()}#o(){this.dialog!==void 0&&(this.dialog=void 0,this.draw(),queueMicrotask(()=>{document.activeElement===document.body&&this.#i()}))}#i(){let t=this.#e.querySelector("h1");t!==null&&(t.tabIndex=-1,t.focus({preventScroll:!0}))}#s(){this.#t=this.#t==="UTC"?_e():"UTC",Zt(this.#t),te(\`Times are in \${this.#t}.\`),this.draw()}#a(){let{boot:t,state:o,live:n,dialog:i,notice:r}=this,a={root:t.root,page:o.page,queues:t.queues,can:t.can,now:o.now,...t.environment&&{environment:t.environment},...this.#t!==void 0&&{timeZone:this.#t,switchZone:()=>this.#s()},selected:this.selected,on:s=>()=>this.#r(s)};return l\`<div class="app">
      \${Qt(a,n,ct(o))}\${Wt(a,o)}
      \${r&&er(r,()=>this.tell(void 0))}
      \${i&&Ut(i,()=>this.close())}
    </div>\`}};function er({text:e,tone:t,href:o},n){return l\`<aside class=\${\`toast \${t}\`}>
    <p>\${e} \${o!==void 0&&l\`<a href=\${o}>Show it</a>\`}</p>
    <button type="button" aria-label="Close this message" onClick=\${n}>×</button>
  </aside>\`}function te(e){let t=document.getElementById("announcer");t!==null&&t.textContent!==e&&(t.textContent=e)}var ke=class{app;server;freeze;constructor(t,o,n){this.app=t,this.server=o,this.freeze=n}ask(t,o){let n=async r=>{try{await o(r),this.app.close(),await this.refresh()}catch(a){i(a.message)}},i=r=>this.app.open({kind:"form",...t,...r!==void 0&&{error:r},onSubmit:a=>{n(a)}});i()}async attempt(t){try{await t()}catch(o){this.app.tell({text:o.message,tone:"bad"})}await this.refresh()}done(t,o){this.app.tell({text:t,tone:"good",...o!==void 0&&{href:o}})}async refresh(){if(this.app.live==="off")return;let t=await this.server.page().catch(()=>{});t!==void 0&&this.app.show(t)}};function Yt(e,t){document.addEventListener("keydown",o=>{if(o.target.matches('input:not([type="checkbox"]), textarea, select')||o.ctrlKey||o.metaKey||o.altKey||e.dialog!==void 0)return;let r=tr[o.key];r!==void 0&&(o.preventDefault(),r(t))})}var tr={"/":()=>document.getElementById("q")?.focus(),j:()=>zt(1),k:()=>zt(-1),x:()=>Xt()?.querySelector('input[type="checkbox"]')?.click(),"?":e=>nr(e)};function or(){return[...document.querySelectorAll("main tbody tr")]}function Xt(){return document.activeElement?.closest("main tbody tr")??null}function zt(e){let t=or(),o=Xt(),n=o===null?e===1?-1:t.length:t.indexOf(o);t[Math.min(t.length-1,Math.max(0,n+e))]?.querySelector("td.name a, td.cause a, a")?.focus()}function nr({app:e}){e.open({kind:"form",title:"Keys",text:"/ leads to the search. j and k go to the next row and the one before. x ticks it. Enter opens it. ? shows this.",submit:"Close",tone:"main",onSubmit:()=>e.close()})}var xe=class{#e;#r;#t;#n;#o=0;constructor(t){this.#e=t}start(){let t=()=>{document.hidden?this.#i():this.#s()};document.addEventListener("visibilitychange",t),t()}stop(){this.#i(),this.#o=Number.POSITIVE_INFINITY,this.#e.onLive("off")}#i(){this.#o+=1,this.#r?.close(),this.#r=void 0,clearTimeout(this.#t),this.#n?.(),this.#n=void 0,this.#e.onLive("paused")}async#s(){if(this.#o===Number.POSITIVE_INFINITY)return;this.#o+=1;let t=this.#o,o=()=>t===this.#o,n=await rr();if(!o()){n?.();return}this.#n=n,n===void 0?await this.#l(o):this.#a(o)}#a(t){let{url:o,onState:n,onTime:i,onLive:r}=this.#e,a=new EventSource(o);this.#r=a,a.addEventListener("state",({data:s})=>{r("live"),n(JSON.parse(s))}),a.addEventListener("same",({data:s})=>{r("live"),i(Number(s))}),a.addEventListener("trouble",()=>r("away")),a.addEventListener("error",()=>{t()&&(r("away"),a.readyState===EventSource.CLOSED&&this.#l(t))})}async#l(t){let{server:o,onState:n,onLive:i}=this.#e;try{let r=await o.page();if(!t())return;i("polling"),n(r)}catch{if(!t())return;i("away")}this.#t=setTimeout(()=>{this.#l(t)},5e3)}};async function rr(){if(!("locks"in navigator))return()=>{};for(let e=0;e<3;e+=1){let t=await ir(\`philjs-jobs-live-\${e}\`);if(t!==void 0)return t}}function ir(e){return new Promise(t=>{navigator.locks.request(e,{ifAvailable:!0},o=>{if(o===null){t(void 0);return}return new Promise(n=>t(n))})})}async function Qe(e,t,o){let n=o.perMinute===void 0?ar:sr,i={count:0,scanned:0,total:0,again:0,stopped:!1};o.show(i);for(let r of t.queues){if(o.signal.aborted||i.stopped)break;i=await n(e,t,r,o,i)}return i}async function ar({server:e},{do:t,search:o},n,{dryRun:i,signal:r,show:a,fields:s={}},d){let m=d,c;do{let g={queue:n,search:o,dryRun:i,...s,...c!==void 0&&{cursor:c}},p=await e.do(t,g);c=p.cursor,m={...m,count:m.count+(i?p.matched:p.changed),scanned:m.scanned+p.scanned,total:d.total+p.total},(!r.aborted||!i)&&a(m)}while(c!==void 0&&!r.aborted);return m}async function sr({server:e},{do:t,search:o},n,{signal:i,show:r,fields:a={},perMinute:s=60},d){let m=await e.now(),c=d.count,g=d,p=0,u=0;for(;;){u+=s*3e3/6e4;let b=Math.floor(u-p);if(b>0){let T={queue:n,search:o,dryRun:!1,limit:Math.min(b,500),before:m,...a},_=await e.do(t,T);p+=b;let v=_.again??0,$=g.count+_.changed,S=v>=3&&v>=.2*($-c);if(g={...g,count:$,again:d.again+v,stopped:S},r(g),S||_.matched===v)return g}if(await lr(3e3,i),i.aborted)return g}}function lr(e,t){return new Promise(o=>{let n=setTimeout(o,e);t.addEventListener("abort",()=>{clearTimeout(n),o()})})}var dr=2,Ue={"retry-matching":{verb:"Retry",done:"retried",tone:"main",loss:"They run again with all their attempts; their errors are forgotten."},"remove-matching":{verb:"Remove",done:"removed",tone:"danger",loss:"Payloads, results and logs are lost. It cannot be undone: the store keeps nothing of them."},"cancel-matching":{verb:"Cancel",done:"cancelled",tone:"danger",loss:"What waits never starts; what runs is told to stop. A cancelled job can be retried by its id."},"promote-matching":{verb:"Run now",done:"made ready",tone:"main",loss:"They no longer wait for their time."},"acknowledge-matching":{verb:"Acknowledge",done:"acknowledged",tone:"main",loss:"They stay failed; the health no longer counts them, until they fail again."}};function Z(e,t){let o=Ue[t.do];e.attempt(async()=>{let n=await cr(e,t);if(n!==void 0){if(n===0){e.app.close(),e.done(\`There is nothing to \${o.verb.toLowerCase()}.\`);return}eo(e,t,n)}})}function eo(e,t,o,n){let{verb:i,tone:r,loss:a}=Ue[t.do],{queues:s,search:d}=t,m=s.length===1?\`of \${s[0]}\`:\`of \${s.join(", ")}\`,c=d.trim()===""?"":\` that match \${d}\`;e.app.open({kind:"form",title:\`\${i} \${C(o,"job")}?\`,text:\`\${C(o,"job")} \${m}\${c}. \${a} It is done in batches, and can be stopped.\`,fields:ur(t.do,o),submit:i,tone:r,...n!==void 0&&{error:n},onSubmit:g=>{let p=g.typed;p!==void 0&&Number(p.replace(/[,\\s]/g,""))!==o?eo(e,t,o,\`Type \${f(o)} to say that you mean all of them.\`):e.attempt(()=>mr(e,t,o,g))}})}function ur(e,t){return e==="remove-matching"&&t>=dr?[{name:"typed",label:\`Their number, \${f(t)}, to say that you mean all of them\`,kind:"text",required:!0}]:e==="cancel-matching"?[{name:"reason",label:"Reason",kind:"text"}]:e!=="retry-matching"?[]:[{name:"perMinute",label:"At most so many a minute (empty: as fast as it goes)",kind:"number"}]}async function cr(e,t){let o=new AbortController,n=({count:a,scanned:s,total:d})=>e.app.open({kind:"progress",title:"Counting",done:s,total:d,text:\`\${C(a,"job")} so far\`,running:!0,onStop:()=>{o.abort(),e.app.close()}}),i={dryRun:!0,signal:o.signal,show:n},{count:r}=await Qe(e,t,i);return o.signal.aborted?void 0:r}async function mr(e,t,o,{perMinute:n="",reason:i=""}){let{verb:r,done:a}=Ue[t.do],s=new AbortController,d=(p,u,b)=>e.app.open({kind:"progress",title:\`\${r} \${C(o,"job")}\`,done:p,total:o,text:u,running:b,onStop:()=>s.abort()}),m=0,c="",g=p=>{m=p.count,d(m,\`\${f(m)} \${a}\`,!0)};try{let p=Number(n),u=await Qe(e,t,{dryRun:!1,signal:s.signal,show:g,fields:i===""?{}:{reason:i},...p>0&&{perMinute:p}});u.again>0&&(c=\`\${C(u.again,"job")} failed again. \`),u.stopped?c+="It stopped by itself. ":s.signal.aborted&&(c+="Stopped. ")}catch(p){c=\`\${p.message} \`}d(m,\`\${c}\${f(m)} \${a}.\`,!1)}var pr={retry:"put back to run again",promote:"made ready",cancel:"cancelled",remove:"removed"};function oe(e,t){let o=fr(t);o===void 0?e.attempt(()=>to(e,t,{})):e.ask(o,n=>to(e,t,n))}function oo(e,{queue:t,ids:o}){e.attempt(async()=>{let{id:n}=await e.server.do("duplicate",{queue:t,ids:o});e.done(\`Enqueued as \${n}.\`,h(e.app.boot.root,"job",{queue:t,id:n}))})}function no(e,{queue:t,ids:o}){e.attempt(async()=>{let{id:n}=await e.server.do("rerun",{queue:t,ids:o});e.done(\`Enqueued as \${n}.\`,h(e.app.boot.root,"job",{queue:t,id:n}))})}function ro(e,{queue:t,id:o}){e.attempt(async()=>{let n=await e.server.payload(t,o),i={title:"Change this job",text:"It must still wait. What is masked is put back where its mask stands; what is left empty stays.",fields:[{name:"payload",label:"Payload",kind:"textarea",value:n,required:!0},{name:"priority",label:"Priority (higher runs first)",kind:"number"},{name:"runAt",label:"Run at",kind:"datetime-local"}],submit:"Change",tone:"main"};e.ask(i,async({payload:r="",priority:a="",runAt:s=""})=>{await e.server.do("update",{queue:t,id:o,...r!==n&&{payload:r},...a!==""&&{priority:Number(a)},...s!==""&&{runAt:new Date(s).getTime()}}),e.done("The job was changed.")})})}function io(e,{queue:t,id:o}){e.attempt(async()=>{let i={title:"Run again with edits",text:"A new job is enqueued; this one stays as it is. What is masked is put back where its mask stands.",fields:[{name:"payload",label:"Payload",kind:"textarea",value:await e.server.payload(t,o),required:!0}],submit:"Enqueue",tone:"main"};e.ask(i,async({payload:r=""})=>{let{id:a}=await e.server.do("edit",{queue:t,id:o,payload:r});e.done(\`Enqueued as \${a}.\`,h(e.app.boot.root,"job",{queue:t,id:a}))})})}function ao(e,{queue:t,id:o}){let n={title:"Reveal what is masked?",text:"The audit log notes who did.",submit:"Reveal",tone:"danger"};e.ask(n,async()=>{let{data:i}=await e.server.do("reveal",{queue:t,id:o});e.freeze(),e.app.show({page:"job",data:i,now:e.app.state.now})})}function fr({do:e,...t}){let o=so(t),n=[t,...t.also??[]].map(({queue:r})=>r).join(", "),i=o===1?"this job":\`\${C(o,"job")} of \${n}\`;if(e==="remove")return{title:\`Remove \${i}?\`,text:"Payload, result and log are lost. It cannot be undone: the store keeps nothing of them.",submit:"Remove",tone:"danger"};if(e==="cancel")return{title:\`Cancel \${i}?\`,text:"What waits never starts; what runs is told to stop.",fields:[{name:"reason",label:"Reason",kind:"text"},{name:"force",label:"Do not wait for the handler to stop",kind:"checkbox"}],submit:"Cancel it",tone:"danger"}}async function to(e,t,o){let{do:n,queue:i}=t,{reason:r="",force:a}=o,s={...r!==""&&{reason:r},...a==="yes"&&{force:!0}},d=0;for(let{queue:g,ids:p}of[t,...t.also??[]])d+=(await e.server.do(n,{queue:g,ids:p,...s})).changed;let{app:m}=e;m.selected=new Set,we(m.selected);let c=so(t)-d;e.done(\`\${C(d,"job")} \${pr[n]}\${c>0?\`, \${c} left: in another state by now\`:""}.\`),n==="remove"&&m.state.page==="job"&&location.assign(h(m.boot.root,"jobs",{queue:i})??m.boot.root)}function so({ids:e,also:t=[]}){return t.reduce((o,n)=>o+n.ids.length,e.length)}function lo(e,{queue:t}){let o={title:\`Pause \${t}?\`,text:"No process starts another of its jobs until it is resumed. What runs goes on.",submit:"Pause",tone:"main"};e.ask(o,async()=>{await e.server.do("pause",{queue:t}),e.done(\`\${t} is paused.\`)})}function uo(e,{queue:t}){e.attempt(async()=>{await e.server.do("resume",{queue:t}),e.done(\`\${t} goes on.\`)})}function co(e,{queue:t,name:o}){let n={title:\`Pause \${o} in \${t}?\`,text:"No process starts another job of this name until they are resumed. Other jobs go on.",submit:"Pause",tone:"main"};e.ask(n,async()=>{await e.server.do("pause-jobs",{queue:t,name:o}),e.done(\`Jobs \${o} are paused.\`)})}function mo(e,{queue:t,name:o}){e.attempt(async()=>{await e.server.do("resume-jobs",{queue:t,name:o}),e.done(\`Jobs \${o} go on.\`)})}var hr=864e5;function fo(e,{queue:t,id:o}){e.attempt(async()=>{await e.server.do("trigger",{queue:t,id:o}),e.done(\`\${o} was run.\`)})}function ho(e,{queue:t,id:o}){e.attempt(async()=>{await e.server.do("resume-schedule",{queue:t,id:o}),e.done(\`\${o} fires again.\`)})}function go(e,{queue:t,id:o}){let n={title:\`Pause \${o}?\`,fields:[{name:"note",label:"Why",kind:"text"}],submit:"Pause",tone:"main"};e.ask(n,async({note:i=""})=>{await e.server.do("pause-schedule",{queue:t,id:o,...i!==""&&{note:i}}),e.done(\`\${o} is paused.\`)})}function bo(e,{queue:t,id:o}){let n=Date.now(),i={title:\`Backfill \${o}\`,text:"Enqueues the jobs of past ticks that have not run. Doing it twice enqueues nothing twice.",fields:[po("from","From",n-hr),po("to","To",n)],submit:"Backfill",tone:"main"};e.ask(i,async({from:r="",to:a=""})=>{let s={from:new Date(r).getTime(),to:new Date(a).getTime()},{changed:d}=await e.server.do("backfill",{queue:t,id:o,...s});e.done(\`\${C(d,"job")} enqueued.\`)})}function po(e,t,o){return{name:e,label:t,kind:"datetime-local",value:gr(o),required:!0}}function gr(e){let t=new Date(e).getTimezoneOffset()*6e4;return new Date(e-t).toISOString().slice(0,16)}var He,yo=!1;function $o(){for(let e of["click","keydown"])document.addEventListener(e,({shiftKey:t})=>{yo=t},{capture:!0})}function wo({app:e},{ids:t,on:o}){let n=new Set(e.selected);for(let i of yr(t,br()))o?n.add(i):n.delete(i);He=t.length===1?t[0]:void 0,e.selected=n,we(n),e.draw()}function br(){return[...document.querySelectorAll("main tbody input[data-row]")].map(t=>t.dataset.row??"")}function yr(e,t){let[o]=e;if(!yo||e.length!==1||o===void 0||He===void 0)return e;let[n,i]=[t.indexOf(He),t.indexOf(o)].sort((r,a)=>r-a);return n===void 0||i===void 0||n<0?e:t.slice(n,i+1)}function _o(e,{queue:t,id:o,name:n,running:i}){let r={title:\`Let \${n} take no new jobs of \${t}?\`,text:\`It ends once its \${C(i,"active job")} has ended. Its process lives on, and works again when it is restarted.\`,submit:"Take no new jobs",tone:"main"};e.ask(r,async()=>{await e.server.do("quiet-worker",{queue:t,id:o}),e.done(\`\${n} is asked to take no new jobs. It learns that within 20 seconds.\`)})}function vo(e,{queue:t,id:o,name:n,running:i}){let r={title:\`Stop \${n} on \${t}?\`,text:\`It gives back what of its \${C(i,"active job")} still runs after 30 seconds; another worker runs it again. Its process lives on, and works again when it is restarted.\`,submit:"Stop the worker",tone:"danger"};e.ask(r,async()=>{await e.server.do("stop-worker",{queue:t,id:o}),e.done(\`\${n} is asked to stop. It learns that within 20 seconds.\`)})}var $r={retry:oe,promote:oe,cancel:oe,remove:oe,duplicate:oo,edit:io,update:ro,rerun:no,reveal:ao,"retry-matching":Z,"remove-matching":Z,"cancel-matching":Z,"promote-matching":Z,"acknowledge-matching":Z,pause:lo,resume:uo,"pause-jobs":co,"resume-jobs":mo,"quiet-worker":_o,"stop-worker":vo,trigger:fo,"pause-schedule":go,"resume-schedule":ho,backfill:bo,select:wo};function ko(e,t){let o=$r[t.do];o(e,t)}var Ce=class extends Error{status;constructor(t,o){super(o),this.status=t}},Se=class{#e;constructor(t){this.#e=t}async page(){return await(await Ge(location.href.split("#",1)[0]??"",{headers:{accept:"application/json"}})).json()}async now(){return(await this.page()).now}async payload(t,o){let n=new URLSearchParams({queue:t,id:o});return(await(await Ge(\`\${this.#e}-/payload?\${n}\`,{})).json()).text}async do(t,o,n){return await(await Ge(\`\${this.#e}-/do/\${t}\`,{method:"POST",headers:{"content-type":"application/json"},body:JSON.stringify(o),...n&&{signal:n}})).json()}};async function Ge(e,t){let o=await fetch(e,t).catch(i=>{throw t.signal?.aborted?i:new Ce(0,"The dashboard does not answer.")});if(o.ok)return o;let n=await o.json().catch(()=>({}));throw new Ce(o.status,n?.error?.message??\`It answered \${o.status}.\`)}var xo=["queue","status","name","tag","id","error","code","group","attempts","priority","since","older","worker"];var wr=12;function Co(e,t){let o=/\\S*$/.exec(e)?.[0]??"",n=e.slice(0,e.length-o.length),i=o.startsWith("-")?"-":"",[,r,a=""]=/^([a-z]+):(.*)$/.exec(o.slice(i.length))??[],s=r===void 0?[...xo.map(m=>\`\${m}:\`),"payload.","metadata.","NOT ","OR "]:_r(r,t).map(m=>\`\${r}:\${/\\s/.test(m)?\`"\${m}"\`:m}\`),d=r===void 0?o.slice(i.length):\`\${r}:\${a}\`;return s.filter(m=>m.startsWith(d)&&m!==d).slice(0,wr).map(m=>n+i+m)}function _r(e,{queues:t,statuses:o,names:n}){switch(e){case"status":return o;case"queue":return t;case"name":return n;case"since":case"older":return["15m","1h","24h","7d"];case"attempts":case"priority":return[">1",">=5","<0"];default:return[]}}function To(e){let t=document.createElement("datalist");t.id="terms",document.body.append(t),document.addEventListener("input",({target:o})=>{o instanceof HTMLInputElement&&o.id==="q"&&So(t,o,e)}),document.addEventListener("focusin",({target:o})=>{o instanceof HTMLInputElement&&o.id==="q"&&So(t,o,e)})}function So(e,t,{boot:o,state:n}){let i=n.page==="jobs"?n.data.jobs:[],r=[...new Set(i.map(({name:s})=>s))],a={queues:o.queues,statuses:ye,names:r};e.replaceChildren(...Co(t.value,a).map(s=>{let d=document.createElement("option");return d.value=s,d}))}var vr=document.getElementById("app"),Te=JSON.parse(document.getElementById("boot")?.textContent??""),Vo=new Se(Te.root),R=new ve(vr,Te,e=>ko(Po,e)),Do=new xe({server:Vo,url:\`\${Te.root}-/live/\${Te.state.page}\${location.search}\`,onState:kr,onTime:e=>R.show({...R.state,now:e}),onLive:e=>{R.live!==e&&(e==="away"&&te("The dashboard does not answer."),R.live=e,R.draw())}}),Po=new ke(R,Vo,()=>Do.stop());R.start();Do.start();Yt(R,Po);To(R);$o();function kr(e){let t=No(R.state),o=No(e);R.show(e),document.title=ze(e),t!==o&&te(o),document.dispatchEvent(new CustomEvent("philjs-state",{detail:e}))}function No(e){if(e.page==="job")return\`The job is \${e.data.status}.\`;if(e.page!=="overview")return"";let{problems:t}=e.data.health;return t.length===0?"Nothing needs you.":t.map(({message:o})=>o.replaceAll("\`","")).join("; ")}
`,
};
